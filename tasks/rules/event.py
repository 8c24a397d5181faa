"""Has something happened at a single customer that is too large to wait for a trend?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pydantic import Field

from tasks.model import Cell, Finding, Severity
from tasks.rules.base import About, Case, Rule, SimpleSettings, Subject, rule
from tasks.rules.circumstances import Happening, Kind
from tasks.rules.words import money, share_of

DIMENSION = "customer"
DAY = timedelta(days=1)
HEADLINES = {
    Kind.NOTICE: "A large customer gave notice",
    Kind.CONTRACTION: "A large customer pays less",
    Kind.UNDECIDED: "A large contract is undecided",
    Kind.SILENCE: "A large customer has gone silent",
}


class EventSettings(SimpleSettings):
    """What can be set for events: from which size a customer counts, and how early to warn."""

    share: Decimal = Field(
        default=Decimal("0.02"),
        gt=0,
        le=1,
        description="tell about customers who pay at least this share of all MRR: 0.02 is 2 %",
    )
    critical_share: Decimal = Field(
        default=Decimal("0.1"),
        gt=0,
        le=1,
        description="tell it as critical from this share of all MRR on",
    )
    days_before: int = Field(
        default=45,
        ge=0,
        le=365,
        description="tell that a contract is undecided so many days before the last day on which "
        "notice can be given",
    )
    silent_days: int = Field(
        default=60,
        ge=7,
        le=365,
        description="tell when their champion was not seen for so many days; needs contacts with "
        "the role champion and when each was last seen",
    )
    cut: Decimal = Field(
        default=Decimal("0.1"),
        gt=0,
        le=1,
        description="tell about a downgrade that takes at least this share of what they pay",
    )


def judge(case: Case, settings: EventSettings) -> tuple[Finding, ...]:
    """Return one finding for each happening of the period at a customer who is large enough.

    It belongs to a place of its own (customer, kind and date), so that it is told once. A contract
    is found in every period in which it is still undecided.
    """
    return tuple(
        _finding(case, one, settings, said, severity)
        for one in case.happenings
        if one.share >= settings.share and (told := _told(case, one, settings))
        for said, severity in [told]
    )


def kind_of(finding: Finding) -> Kind:
    """Return what kind of happening a finding of this rule is about."""
    return Kind(finding.cell.segment.rsplit(" ", 2)[1])


def customer_of(finding: Finding) -> str:
    """Return whom a finding of this rule is about."""
    return finding.cell.segment.rsplit(" ", 2)[0]


def headline_of(finding: Finding) -> str:
    """Return a finding of this rule in five words."""
    return HEADLINES[kind_of(finding)]


def _told(case: Case, one: Happening, settings: EventSettings) -> tuple[str, Severity] | None:
    """Return what is said about a happening and how loudly; None when it is not for this period."""
    loud = Severity.CRITICAL if one.share >= settings.critical_share else Severity.WARNING
    if one.kind is Kind.UNDECIDED:
        return _undecided(case, one, settings, loud)
    wait = timedelta(days=settings.silent_days if one.kind is Kind.SILENCE else 0)
    if not case.period.first_day <= one.on + wait < case.period.end_day:
        return None
    if one.kind is Kind.CONTRACTION:
        is_large = one.lost >= settings.cut * (one.mrr or Decimal(1))
        return (_contraction(case.subject, one), loud) if is_large else None
    return (_notice(one) if one.kind is Kind.NOTICE else _silence(one)), loud


def _undecided(
    case: Case, one: Happening, settings: EventSettings, loud: Severity
) -> tuple[str, Severity] | None:
    left = (one.on - (case.period.end_day - DAY)).days
    after = f"; it renews by itself on {_day(one.ends + DAY)}" if one.renews and one.ends else ""
    ends = f"; the contract ends on {_day(one.ends)}" if one.ends and not one.renews else ""
    if 0 <= left <= settings.days_before:
        days = "1 day" if left == 1 else f"{left} days"
        return f": {days} left to give notice, undecided{after}{ends}.", loud
    if left < 0 and one.on >= case.period.first_day:
        severity = Severity.INFO if one.renews else loud
        return (
            f": the last day to give notice ({_day(one.on)}) passed undecided{after}{ends}.",
            severity,
        )
    return None


def _notice(one: Happening) -> str:
    ends = f"; they leave on {_day(one.ends)}" if one.ends else ""
    why = f' ("{one.note}")' if one.note else ""
    return f" gave notice on {_day(one.on)}{why}{ends}."


def _contraction(subject: Subject, one: Happening) -> str:
    left = money(one.mrr - one.lost, subject.currency)
    return f" pays {money(one.lost, subject.currency)} a month less since {_day(one.on)}: {left}."


def _silence(one: Happening) -> str:
    who = f"their {one.note}" if one.note else "their champion"
    return f": {who} was last seen on {_day(one.on)}."


def _day(day: object) -> str:
    return f"{day:%-d %B %Y}"


def _finding(
    case: Case, one: Happening, settings: EventSettings, said: str, severity: Severity
) -> Finding:
    cell, subject = case.history.cell, case.subject
    paid = money(one.mrr, subject.currency)
    who = f"{one.name} ({paid} MRR, {share_of(one.share)} of all)"
    owner = f" Owner: {one.owner}." if one.owner else ""
    return Finding(
        rule="event",
        cell=Cell(cell.kpi, cell.variant, cell.grain, DIMENSION, one.identity),
        period=case.period.key,
        severity=settings.severity or severity,
        direction="down",
        sentence=f"{who}{said}{owner}",
        observed=one.lost or one.mrr,
    )


EVENT = rule(
    Rule(
        "event",
        "Finds a notice, a downgrade or a contract left undecided of one customer who pays much.",
        EventSettings,
        judge,
        about=About.CUSTOMERS,
        tells_end=False,
    )
)
