"""Pieces of one product, laid side by side, become versions of subscriptions.

Pieces at the same price that overlap are one version with their quantities added up. Other prices
at the same time are subscriptions of their own beside it. What takes the place of what ended
continues its subscription.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from tasks.facts.dealterms import Piece, Price

if TYPE_CHECKING:
    from tasks.facts.dealsales import Ending, Sale

FOREVER = date.max
SIX_DIGITS = Decimal("0.000001")  # what the lake keeps of a price


@dataclass(frozen=True, slots=True)
class Version:
    """So many units at one price in one lane, from a day until before another."""

    price: Price
    quantity: Decimal
    starts: date
    ends: date


def version_rows(chain: str, sale: Sale) -> Iterator[dict[str, object]]:
    """Yield the rows of subscription_versions of one chain, product by product, in time."""
    by_product: dict[str, list[Piece]] = defaultdict(list)
    for piece in sale.pieces:
        by_product[piece.product].append(piece)
    first = min((piece.starts for piece in sale.pieces), default=FOREVER)
    for product in sorted(by_product):
        pieces = by_product[product]
        for number, lane in enumerate(_lanes(pieces), start=1):
            name = f"{chain}/{product}" + (f"/{number}" if number > 1 else "")
            kinds = _kinds(lane, pieces, is_new=lane[0].starts == first, is_more=number > 1)
            for version, kind in zip(lane, kinds, strict=True):
                yield _row(name, product, version, kind, sale.ending)


def _row(name: str, product: str, version: Version, kind: str, ending: Ending) -> dict[str, object]:
    price = version.price
    is_last = ending.stop == version.ends
    return {
        "version_id": f"{name}@{version.starts}",
        "subscription_id": name,
        "customer_id": price.customer_id,
        "product": product,
        "status": price.status,
        "valid_from": version.starts,
        "valid_to": None if version.ends == FOREVER else version.ends,
        "unit_amount": price.unit_amount.quantize(SIX_DIGITS),
        "quantity": version.quantity,
        "currency": price.currency,
        "interval": price.interval,
        "interval_count": price.interval_count,
        "discount_pct": price.discount_pct,
        "change_kind": kind,
        "cancel_at": ending.stop if is_last and ending.asked_on else None,
        "cancel_requested_at": ending.asked_on if is_last else None,
        "cancel_reason": ending.reason if is_last else None,
    }


def _lanes(pieces: Sequence[Piece]) -> list[list[Version]]:
    """Return the versions of a product, lane by lane; those of one lane never overlap."""
    lanes: list[list[Version]] = []
    cuts = sorted({day for piece in pieces for day in (piece.starts, piece.ends or FOREVER)})
    for starts, ends in pairwise(cuts):
        held: Counter[Price] = Counter()
        for piece in pieces:
            if piece.starts <= starts < (piece.ends or FOREVER):
                held[piece.price] += piece.quantity  # type: ignore[assignment]  # Decimals count too
        _lay(lanes, held, starts, ends)
    return lanes


def _lay(lanes: list[list[Version]], held: Counter[Price], starts: date, ends: date) -> None:
    """Lay one stretch of time into the lanes: a price stays in its lane, others fill gaps."""
    going_on = {
        lane[-1].price: lane
        for lane in reversed(lanes)
        if lane[-1].ends == starts and lane[-1].price in held
    }
    taken = {id(lane) for lane in going_on.values()}
    free = [lane for lane in lanes if id(lane) not in taken]
    for price in sorted(held):
        lane = going_on.get(price) or (free.pop(0) if free else None)
        if lane is None:
            lane = []
            lanes.append(lane)
        _append(lane, Version(price, Decimal(held[price]), starts, ends))


def _append(lane: list[Version], version: Version) -> None:
    last = lane[-1] if lane else None
    same = last and (last.price, last.quantity, last.ends) == (
        version.price,
        version.quantity,
        version.starts,
    )
    if last and same:
        lane[-1] = Version(last.price, last.quantity, last.starts, version.ends)
    else:
        lane.append(version)


def _kinds(
    lane: Sequence[Version], pieces: Iterable[Piece], *, is_new: bool, is_more: bool
) -> Iterator[str]:
    """Yield what made each version of a lane: the words that the split of expansion goes by."""
    began: dict[date, set[str]] = defaultdict(set)
    for piece in pieces:
        began[piece.starts].add(piece.kind)
    yield "new" if is_new else "upsell" if is_more else "cross_sell"
    for before, after in pairwise(lane):
        yield _kind(before, after, began[after.starts])


def _kind(before: Version, after: Version, deals: set[str]) -> str:
    states = (before.price.status, after.price.status)
    if states == ("active", "paused"):
        return "pause"
    if states == ("paused", "active"):
        return "resume"
    old, new = (one.price.a_month(one.quantity) for one in (before, after))
    if new < old:
        return "downgrade"
    if "upsell" in deals or "add_on" in deals:
        return "upsell"
    if after.quantity > before.quantity:
        return "seats"
    return "price_increase" if new > old else "renewal"
