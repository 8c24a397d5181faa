"""The context of a run: which periods are asked for, as known when, and all that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from tasks.calendar import business_days
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.daybits import day_bits, period_bits
from tasks.engine.needed import NONE, narrowed, needed
from tasks.engine.people import make_people
from tasks.engine.rates import QuotedRate, RateTable, rate_rows
from tasks.facts import context
from tasks.facts.spans import SPANS, spans_rows
from tasks.model import Grain, Period

_DAY = timedelta(days=1)
_LONG = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
_PRICED = ("subscription_versions", "contracts", "revenue_lines", "costs", "orders")
_CURRENCIES = " UNION ".join(
    f'SELECT currency FROM "{table}" WHERE currency IS NOT NULL'  # noqa: S608 - our own names
    for table in _PRICED
)
_QUOTES = "SELECT currency, rate_date, rate_to_usd, kind FROM fx_rates"
_FIRST = "SELECT created_at FROM tickets ORDER BY created_at NULLS LAST LIMIT 1"
_LAST = (
    "SELECT first_agent_reply_at FROM tickets WHERE first_agent_reply_at IS NOT NULL "
    "ORDER BY first_agent_reply_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One period to compute: its number, and when it closes as far as is known."""

    number: int
    period: Period
    close_at: datetime
    known_at: datetime

    def row(self) -> dict[str, Any]:
        """Return its row of the table of asked periods."""
        instants = (self.period.start_at, self.close_at, self.known_at)
        start_at, end_at, known_at = (instant.replace(tzinfo=None) for instant in instants)
        return {
            "period_id": self.number,
            "start_at": start_at,
            "end_at": end_at,
            "known_at": known_at,
        }


def asked(periods: Iterable[Period], *, as_of: datetime | None, cut: datetime) -> tuple[Asked, ...]:
    """Return the periods that have begun, closed at ``as_of`` where they are still open then.

    ``cut`` is the last local midnight: an open period is computed up to it.
    """
    known = as_of or cut
    return tuple(
        Asked(number, period, min(period.end_at, known), known)
        for number, period in enumerate(periods)
        if period.start_at < known
    )


def prepare(session: Session, basis: Basis, wanted: Sequence[Asked]) -> None:
    """Fill all context tables for the periods asked for."""
    prepare_company(session, basis)
    prepare_periods(session, basis, wanted)


def prepare_company(session: Session, basis: Basis) -> None:
    """Fill what is the same for all periods: who pays for whom and how much, the office hours."""
    prepare_people(session, basis)
    prepare_spans(session, basis)


def prepare_people(session: Session, basis: Basis) -> None:
    """Fill who pays for whom, and the office hours."""
    make_people(session, basis.second_sources)
    session.fill(context.business_days, _office_days(session, basis))


def prepare_spans(
    session: Session, basis: Basis, read_by: Iterable[Select[Any]] | None = None
) -> None:
    """Make the table of what everybody pays, with the columns that statements read, if given."""
    rows = spans_rows()
    if read_by is not None:
        rows = narrowed(SPANS, rows, needed(read_by).get(SPANS, NONE))
    session.make(SPANS, rows, basis.parameters)


def prepare_periods(session: Session, basis: Basis, wanted: Sequence[Asked]) -> None:
    """Fill what says which periods are asked for, and which days are in each.

    Raises ``ValueError`` where they have more days than there are bits, see ``daybits``.
    """
    list_periods(session, basis, wanted)
    list_days(session, wanted)
    mark_periods(session, wanted, wanted)


def list_days(session: Session, block: Sequence[Asked]) -> None:
    """Fill which bit each day of the periods of a block is.

    Raises ``ValueError`` where they have more days than there are bits, see ``daybits``.
    """
    session.fill(context.day_bits, day_bits(block))


def mark_periods(session: Session, wanted: Sequence[Asked], block: Sequence[Asked]) -> None:
    """Fill which bits the days of the periods asked for are, in their block."""
    session.fill(context.period_bits, period_bits(wanted, block))


def list_periods(
    session: Session,
    basis: Basis,
    wanted: Sequence[Asked],
    block: Sequence[Asked] | None = None,
) -> None:
    """Fill what says which periods are asked for, any number; their places are those in ``block``.

    The block are the periods asked about together, if these are more.
    """
    places = _places(block or wanted)
    rows = [
        {**one.row(), "year_ago": _year_ago(basis, one), **places[one.number]} for one in wanted
    ]
    session.fill(context.periods, rows)
    session.fill(context.bridge, _bridge(wanted))
    session.fill(context.months, _months(basis, wanted))
    session.fill(context.rates, _rates(session, basis, wanted))


def bounds(wanted: Sequence[Asked]) -> dict[str, datetime]:
    """Return between which instants everything lies that happened in the periods asked for.

    It is a day more at both ends, so that no time zone matters.
    """
    if not wanted:
        return {}
    since = min(one.period.start_at for one in wanted) - _DAY
    until = max(one.period.end_at for one in wanted) + _DAY
    return {
        "asked_since": since.replace(tzinfo=None),
        "asked_until": until.replace(tzinfo=None),
    }


def _places(block: Sequence[Asked]) -> dict[int, dict[str, Any]]:
    """Return, by number, which of the periods of its grain each is, and what comes before it."""
    found: dict[int, dict[str, Any]] = {}
    for series, grain in enumerate(dict.fromkeys(one.period.grain for one in block)):
        mine = [one for one in block if one.period.grain == grain]
        before = None
        for place, one in enumerate(sorted(mine, key=lambda each: each.period.start_at)):
            found[one.number] = {"series": series, "place": place, "before_at": before}
            before = one.period.start_at.replace(tzinfo=None)
    return found


def _year_ago(basis: Basis, one: Asked) -> datetime:
    """Return the midnight a year before the day of the close."""
    day = basis.calendar.containing(Grain.DAY, _end_day(basis, one))
    return basis.calendar.year_before(day).start_at.replace(tzinfo=None)


def _bridge(wanted: Sequence[Asked]) -> list[dict[str, Any]]:
    return [
        {"day": one.period.first_day + n * _DAY, "period_id": one.number}
        for one in wanted
        for n in range((one.period.end_day - one.period.first_day).days)
    ]


def _months(basis: Basis, wanted: Sequence[Asked]) -> list[dict[str, Any]]:
    return [
        {"month": month.key, "period_id": one.number}
        for one in wanted
        if one.period.grain in _LONG
        for month in basis.calendar.within(Grain.MONTH, one.period)
    ]


def _rates(session: Session, basis: Basis, wanted: Sequence[Asked]) -> list[Any]:
    quotes = tuple(
        QuotedRate(currency, day, Decimal(rate), kind or "locked")
        for currency, day, rate, kind in session.rows(_QUOTES)
    )
    currencies = [currency for (currency,) in session.rows(_CURRENCIES)]
    table = RateTable(basis.currency, quotes, basis.fx_mode)
    ends = [(one.number, one.period, _end_day(basis, one)) for one in wanted]
    return rate_rows(table, currencies, ends)


def _end_day(basis: Basis, one: Asked) -> date:
    """Return the first local day that is not in the period any more, as far as it is known."""
    if one.close_at == one.period.end_at:
        return one.period.end_day
    last_day = basis.calendar.local_day(one.close_at - timedelta(microseconds=1))
    return max(last_day, one.period.first_day) + _DAY


def _office_days(session: Session, basis: Basis) -> list[dict[str, Any]]:
    rows = (*session.rows(_FIRST), *session.rows(_LAST))
    if not rows or rows[0][0] is None:
        return []
    first, last = rows[0][0], rows[-1][0]
    span = (first.date() - 2 * _DAY, last.date() + 3 * _DAY)
    return [
        {
            "day": day.day,
            "opens_at": day.opens_at.replace(tzinfo=None),
            "closes_at": day.closes_at.replace(tzinfo=None),
            "minutes_before": Decimal(day.minutes_before),
        }
        for day in business_days(basis.calendar, basis.hours, *span)
    ]
