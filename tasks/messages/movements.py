"""What moved a number: which segments, which customers by name, and what to try."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.messages.figures import Figures
from tasks.messages.outside import clean, sentence
from tasks.messages.view import Customer, Movement

if TYPE_CHECKING:
    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import Split
    from tasks.model import Member

NAMED_CUSTOMERS = 5
NAMED_SEGMENTS = 3


def movement(
    kpi: Kpi,
    split: Split,
    members: tuple[Member, ...],
    figures: Figures,
    beside: tuple[str, ...] = (),
    advised: tuple[str, ...] = (),
) -> Movement:
    """Return what moved ``kpi``: its parts, at most five customers by name, and what to try.

    Where it is ``advised`` whom to call, nothing more general is.
    """
    named = members if len(members) <= NAMED_CUSTOMERS + 1 else members[:NAMED_CUSTOMERS]
    rest = len(members) - len(named)
    return Movement(
        title=_title(kpi, split, figures),
        parts=_parts(split, figures),
        customers=customers(named, figures),
        more=f"{rest} more" if rest else "",
        beside=(*_no_segment(split), *map(sentence, beside)),
        tries=tuple(map(sentence, advised or (kpi.action,))),
    )


def customers(members: tuple[Member, ...], figures: Figures) -> tuple[Customer, ...]:
    """Return customers as a reader sees them: the name, then amount and reason."""
    return tuple(Customer(clean(member.name), _detail(member, figures)) for member in members)


def _detail(member: Member, figures: Figures) -> str:
    amount = "" if member.amount is None else _amount(member.amount, member.currency, figures)
    note = f"({clean(member.note)})" if member.note else ""
    return " ".join(part for part in (amount, note) if part)


def _amount(amount: Decimal, currency: str | None, figures: Figures) -> str:
    """Return money, or how many rows (tickets, answers) are somebody's."""
    return figures.money(amount, currency) if currency else figures.value(amount, "count")


def money_behind(members: tuple[Member, ...], figures: Figures) -> str:
    """Return the amounts of ``members`` added up; nothing where one of them is unknown."""
    amounts = [member.amount for member in members if member.amount is not None]
    currencies = {member.currency for member in members}
    is_known = bool(amounts) and len(amounts) == len(members)
    if not is_known or len(currencies) > 1 or None in currencies:
        return ""
    return figures.money(sum(amounts, start=Decimal(0)), currencies.pop() or "money")


def _title(kpi: Kpi, split: Split, figures: Figures) -> str:
    name = clean(kpi.counted or kpi.name)
    begun = name[:1].upper() + name[1:]
    if not split.drivers:
        return begun
    change = sum((driver.contribution for driver in split.drivers), start=Decimal(0))
    return f"{begun} {figures.signed(change, split.unit)}"


def _parts(split: Split, figures: Figures) -> str:
    """Return what each segment adds by itself, the rest, and what their weights add together."""
    if not split.drivers or not split.stands_out:
        return ""
    own = [(driver.segment, driver.contribution - driver.mix) for driver in split.drivers]
    own.sort(key=lambda each: -abs(each[1]))
    named = [each for each in own[:NAMED_SEGMENTS] if each[1]]
    mix = sum((driver.mix for driver in split.drivers), start=Decimal(0))
    rest = sum((size for _, size in own), start=Decimal(0)) - sum(size for _, size in named)
    words = [f"{clean(name)} {figures.signed(size, split.unit)}" for name, size in named]
    words += [f"rest {figures.signed(rest, split.unit)}"] if _is_seen(rest, split, figures) else []
    words += [f"mix {figures.signed(mix, split.unit)}"] if _is_seen(mix, split, figures) else []
    return ", ".join(words) + (f" (by {clean(split.dimension)})" if split.dimension else "")


def _is_seen(size: Decimal, split: Split, figures: Figures) -> bool:
    """Return whether a part is more than nothing once it is written."""
    return figures.signed(size, split.unit).strip("+-") != figures.signed(Decimal(0), split.unit)


def _no_segment(split: Split) -> tuple[str, ...]:
    is_alike = bool(split.drivers) and not split.stands_out
    return ("No single segment stands out.",) if is_alike else ()
