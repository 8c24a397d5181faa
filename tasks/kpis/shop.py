"""Shop: how many visitors come, how many of them buy, and how often is the stock sold?"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from tasks.facts.buying import STORE, buyers, is_of, purchases
from tasks.facts.commerce import footfall, inventory, site_traffic
from tasks.facts.everymonth import every_month
from tasks.facts.panel import Panel, events
from tasks.kpis.base import kpi
from tasks.kpis.formulas import product
from tasks.kpis.gaps import partial as in_part
from tasks.kpis.measures import amount, count, ratio, total
from tasks.kpis.value import Measure
from tasks.model import Direction, Family, NullReason

_share = partial(kpi, unit="ratio", family=Family.BINOMIAL, section="Commerce", good=Direction.UP)


def _of_every_month(panel: Panel, column: str) -> Measure:
    """Return a sum over months; one of them without a number makes it unknown."""
    of = panel.c[column]
    return amount(panel, of, None, of.is_(None), NullReason.INSUFFICIENT_INPUTS)


_traffic, _stock = every_month("traffic", site_traffic), every_month("stock", inventory)
_buyers, _orders = buyers(), purchases()
CONVERSION_RATE = _share(
    "conversion_rate",
    "Visitors who bought",
    variants={
        "visitors": ratio(
            count(_buyers, _buyers.c.web_orders > 0),
            _of_every_month(_traffic, "visitors"),
            is_headcount=True,
        ),
        "sessions": ratio(
            amount(_buyers, _buyers.c.web_orders),
            _of_every_month(_traffic, "sessions"),
            is_headcount=True,
        ),
    },
    definition="Buyers on the web over its visitors, in the variant web orders over sessions; "
    "cancelled and pending orders are left out, refunded ones are in.",
    bad="Fewer visitors buy than before.",
    action="See where visitors leave: on which page, on which device.",
    counted="visitors bought",
    of="visitors",
    needs=("orders.channel",),
    alarm="Fewer visitors buy",
)

_visits = events("visits", footfall, at=footfall.c.date)
_visitors = amount(_visits, _visits.c.visitors)
_sensors_down = count(_visits, _visits.c.visitors.is_(None))
_sales = count(_orders, is_of(STORE, _orders.c.channel))
FOOT_TRAFFIC = kpi(
    "foot_traffic",
    "Visitors of the stores",
    unit="count",
    good=Direction.UP,
    family=Family.COUNT,
    section="Commerce",
    value=in_part(total(_visitors), counted=_visitors, missed=_sensors_down),
    definition="Visitors counted at the doors of all stores; a day on which a sensor was down is "
    "not counted as 0, and the value stays provisional until that day is filled in.",
    bad="Fewer people come than in the same weeks before.",
    action="Compare the stores; repeat what brought people to the best one.",
    counted="visitors",
    alarm="Fewer visitors in the stores",
)
STORE_CONVERSION_RATE = _share(
    "store_conversion_rate",
    "Store visitors who bought",
    value=in_part(
        ratio(_sales, _visitors, is_headcount=True), counted=_visitors, missed=_sensors_down
    ),
    definition="Orders placed in a store over the visitors counted at the doors; with a sensor "
    "down for a day it is too high and stays provisional until that day is filled in.",
    bad="Fewer of those who come in buy something than before.",
    action="Put people on the floor in the hours when most visitors leave with nothing.",
    counted="sales",
    of="visitors",
    needs=("orders.channel",),
    alarm="Fewer store visitors buy",
)

_sold = _of_every_month(_stock, "cogs")
_in_stock = _of_every_month(_stock, "opening_inventory") + _of_every_month(
    _stock, "closing_inventory"
)
_MONTHS_A_YEAR = 12
INVENTORY_TURNOVER = kpi(
    "inventory_turnover",
    "Stock turned over",
    unit="x",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Commerce",
    variants={
        "period": product(_sold, count(_stock), over=(_in_stock,), times=Fraction(2)),
        "annualised": ratio(2 * _MONTHS_A_YEAR * _sold, _in_stock),
    },
    definition="Cost of the goods sold over the mean of opening and closing stock at cost, month "
    "by month; how many times the stock was sold.",
    bad="Goods lie longer than before, and money with them.",
    action="Order less of what lies longest, and sell it off.",
    alarm="Stock lies longer",
)
