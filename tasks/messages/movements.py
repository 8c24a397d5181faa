"""What moved a number: which segments, which customers by name, and what to try."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.messages.figures import Figures, is_money
from tasks.messages.outside import clean, sentence
from tasks.messages.view import Customer, Movement

if TYPE_CHECKING:
    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import Driver
    from tasks.model import Member

NAMED_CUSTOMERS = 5
NAMED_SEGMENTS = 3


def movement(
    kpi: Kpi,
    drivers: tuple[Driver, ...],
    members: tuple[Member, ...],
    figures: Figures,
    beside: tuple[str, ...] = (),
) -> Movement:
    """Return what moved ``kpi``: its parts, at most five customers by name, and what to try."""
    named = members if len(members) <= NAMED_CUSTOMERS + 1 else members[:NAMED_CUSTOMERS]
    rest = len(members) - len(named)
    return Movement(
        title=_title(kpi, drivers, figures),
        parts=_parts(kpi, drivers, figures),
        customers=customers(named, figures),
        more=f"{rest} more" if rest else "",
        beside=tuple(map(sentence, beside)),
        action=sentence(kpi.action),
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


def _title(kpi: Kpi, drivers: tuple[Driver, ...], figures: Figures) -> str:
    name = clean(kpi.counted or kpi.name)
    begun = name[:1].upper() + name[1:]
    if not drivers:
        return begun
    return f"{begun} {figures.signed(_total(drivers), _unit(kpi))}"


def _total(drivers: tuple[Driver, ...]) -> Decimal:
    return sum((driver.contribution for driver in drivers), start=Decimal(0))


def _unit(kpi: Kpi) -> str:
    return "money" if is_money(kpi.unit) else "count"


def _parts(kpi: Kpi, drivers: tuple[Driver, ...], figures: Figures) -> str:
    if not drivers:
        return ""
    ranked = sorted(drivers, key=lambda driver: abs(driver.contribution), reverse=True)
    named = [driver for driver in ranked[:NAMED_SEGMENTS] if driver.contribution]
    words = [
        f"{clean(driver.segment)} {figures.signed(driver.contribution, _unit(kpi))}"
        for driver in named
    ]
    rest = _total(drivers) - sum(driver.contribution for driver in named)
    if rest:
        words.append(f"rest {figures.signed(rest, _unit(kpi))}")
    return ", ".join(words)
