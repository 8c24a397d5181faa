"""Orders: how much is an order worth, and how many buyers order again?

An order is counted when it was placed, with its money at the rate of its period.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement

from tasks.facts.buying import STORE, buyers, is_of, purchases
from tasks.facts.functions import priced
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, ratio
from tasks.kpis.value import Ratio
from tasks.model import Direction, Family

_orders, _buyers = purchases(), buyers()
_o, _b = _orders.c, _buyers.c
_known_buyers = count(_buyers, _b.is_known)
_share = partial(kpi, unit="ratio", family=Family.BINOMIAL, section="Commerce", good=Direction.UP)
_money = partial(
    kpi, unit="money", family=Family.RATIO_OF_SUMS, section="Commerce", good=Direction.UP
)


def _worth(where: ColumnElement[bool] | None = None) -> Ratio:
    """Return the mean amount of an order; unknown where one has no exchange rate."""
    spent = amount(_orders, priced(_o.amount, _o.rate), where, _o.rate.is_(None))
    placed = count(_orders, where)
    return ratio(spent, placed, n_of=placed)


AVERAGE_ORDER_VALUE = _money(
    "average_order_value",
    "Order value, mean",
    value=_worth(),
    definition="Amount of the orders of the period over their number; cancelled and pending ones "
    "are left out, refunded ones are in.",
    bad="Orders get smaller while there are no more of them.",
    action="Offer what is often bought together, and free delivery a little above this amount.",
    of="orders",
    alarm="Orders are worth less",
)
AVERAGE_TRANSACTION_VALUE = _money(
    "average_transaction_value",
    "Sale in the store, mean",
    value=_worth(is_of(STORE, _o.channel)),
    default="store",
    definition="Amount of the orders placed in a store over their number; cancelled and pending "
    "ones are left out, refunded ones are in.",
    bad="Purchases get smaller while there are no more of them.",
    action="Show at the till what goes with what is bought.",
    of="sales",
    needs=("orders.channel",),
    alarm="Store sales are worth less",
)
PURCHASE_FREQUENCY = kpi(
    "purchase_frequency",
    "Orders per buyer",
    unit="x",
    good=Direction.UP,
    family=Family.COUNT_RATE,
    section="Commerce",
    value=ratio(amount(_buyers, _b.orders, _b.is_known), _known_buyers),
    definition="Orders of the period over the customers who placed them; orders without a "
    "customer are in neither number.",
    bad="Buyers come less often than what they buy is used up.",
    action="Remind buyers when what they bought should be used up.",
    counted="orders",
    of="buyers",
    alarm="Buyers order less often",
)
REPEAT_PURCHASE_RATIO = _share(
    "repeat_purchase_ratio",
    "Buyers who came back",
    value=ratio(count(_buyers, _b.is_known & _b.came_back), _known_buyers),
    variants={
        "prior_period_only": ratio(count(_buyers, _b.is_known & _b.bought_before), _known_buyers)
    },
    definition="Buyers with an order in the period that is not their first ever, over buyers of "
    "the period; orders without a customer are in neither number.",
    bad="Most buyers never come a second time, or fewer do than before.",
    action="Write to first buyers a week after their order, with what others bought next.",
    counted="buyers came back",
    of="buyers",
    alarm="Fewer buyers come back",
)
