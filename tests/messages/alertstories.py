"""The standard alerts and their ends: opened, worse, on trial, about one customer, over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tasks.episode import Ending
from tasks.kpis.base import kpi_named
from tasks.messages.inputs import AlertInputs, Driver, RecoveryInputs, Split
from tasks.messages.ongoing import Mark, Trial
from tasks.model import Alert, Cell, Finding, Grain, Member, Observation, Severity
from tasks.rules.base import Usual
from tests.messages.stories import (
    ACME,
    CALENDAR,
    CHURN,
    HOSTILE,
    HOSTILE_SEGMENT,
    LEFT,
    WEEK,
    bad_week,
    hostile_names,
    leaving,
    seen,
)

PRICE_CHANGE = Mark(date(2026, 11, 9), "Price change")
ONBOARDING = Mark(date(2026, 8, 17), "Onboarding programme")
TRIAL = Trial(date(2026, 12, 6), ("slack:#cs-alerts", "email:ana@example.com"))
EPISODE = "logo_churn_rate/plan/region=Starter/EMEA/spike-up#1"
CALM = (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)


def past_of(
    numerators: Sequence[int], segment: str = "Starter/EMEA", of: int = 61
) -> dict[Cell, tuple[Observation, ...]]:
    """Return a churn history that ends with this week."""
    past = tuple(
        seen(
            "logo_churn_rate",
            Decimal(value),
            Decimal(of - place // 3),
            period=CALENDAR.previous(WEEK, len(numerators) - 1 - place),
            segment=segment,
            n=of,
        )
        for place, value in enumerate(numerators)
    )
    return {past[0].cell: past}


def ranges(weeks: int = 26, low: str = "0", high: str = "0.017") -> dict[str, Usual]:
    """Return an expected range for each of the last weeks, wider at first."""
    keys = [CALENDAR.previous(WEEK, back).key for back in range(weeks)]
    first = set(keys[-6:])
    return {
        key: Usual(
            Decimal("0.004"),
            Decimal(low),
            Decimal(high) * (2 if key in first else 1),
            Decimal("0.2"),
        )
        for key in keys
    }


def alert() -> AlertInputs:
    week = bad_week()
    return AlertInputs(
        reader=ACME,
        period=WEEK,
        kpi=kpi_named("logo_churn_rate"),
        alert=week.alerts[0],
        history=week.history,
        assessment=week.assessment,
        drivers=week.drivers["logo_churn_rate"],
        beside=week.beside["logo_churn_rate"],
        owner="Ana",
        number=12,
        episode=EPISODE,
        marks=(PRICE_CHANGE,),
        expected=ranges(),
    )


def worse() -> AlertInputs:
    """Return an alert that has become worse, while somebody listens to its buttons."""
    first = replace(
        leaving().lead,
        period="2026-W46",
        severity=Severity.WARNING,
        sentence="Starter/EMEA: 3 of 62 customers left this week. Usually one in five weeks; "
        "chance by luck 1 in 900. Started this week.",
    )
    return replace(
        alert(), worse_than=first, since=CALENDAR.previous(WEEK), buttons=True, beside=()
    )


def on_trial() -> AlertInputs:
    """Return an alert that only operators get, with others held back."""
    return replace(alert(), trial=TRIAL, more=3, beside=())


def one_customer() -> AlertInputs:
    """Return what happened at one large customer: nothing to draw, nobody beside."""
    lead = Finding(
        "event",
        Cell("mrr", "default", Grain.WEEK, "customer", "C-31 notice 2026-11-17"),
        WEEK.key,
        Severity.WARNING,
        "down",
        'Harbor Group ($9,800 MRR, 2.4 % of all) gave notice on 17 November 2026 ("budget"); '
        "they leave on 31 March 2027. Owner: Ana.",
        observed=Decimal(9800),
    )
    told = Alert("mrr", WEEK.key, Severity.WARNING, lead, members=(HARBOR,))
    about = ("Health 41, was 72 in August: usage -48 %, champion silent for 41 days.",)
    return replace(
        alert(),
        kpi=kpi_named("mrr"),
        alert=told,
        history={},
        drivers=Split(),
        beside=about,
        owner=None,
        number=13,
        buttons=True,
        episode="mrr/customer=C-31 notice 2026-11-17/event-down#1",
    )


HARBOR = Member("C-31", "Harbor Group", Decimal(9800), "USD", "budget")


def money_kept() -> AlertInputs:
    """Return an alert about a rate of money, told in points, in which nothing stands out."""
    lead = Finding(
        "spike",
        Cell("nrr", "default", Grain.WEEK),
        WEEK.key,
        Severity.WARNING,
        "down",
        "Net revenue retention 98.4 % this week. Usually 99.6 % to 101.2 %; chance by luck 1 in "
        "2,000. Started this week.",
    )
    parts = (Driver("Starter", Decimal("-0.009")), Driver("Team", Decimal("-0.007")))
    return replace(
        alert(),
        kpi=kpi_named("nrr"),
        alert=Alert("nrr", WEEK.key, Severity.WARNING, lead),
        drivers=Split(parts, "plan", "ratio", stands_out=False),
        beside=(),
        number=14,
        expected={},
    )


def recovered() -> AlertInputs:
    """Return good news: nobody behind it, nothing to try."""
    faster = bad_week().assessment.findings[0]
    return replace(
        alert(),
        kpi=kpi_named("first_response_time"),
        alert=Alert("first_response_time", WEEK.key, Severity.GOOD, faster),
        drivers=Split(),
        beside=(),
        number=0,
        expected={},
    )


def incomplete() -> AlertInputs:
    """Return an alert about data that did not come: no history, no members, nothing to draw."""
    lead = replace(
        leaving().lead,
        cell=Cell("csat", "default", Grain.WEEK),
        direction="data",
        sentence="No survey answers have come in for 9 days; usually 33 a day",
    )
    missing = Alert("csat", WEEK.key, Severity.WARNING, lead)
    return replace(
        alert(),
        kpi=kpi_named("csat"),
        alert=missing,
        history={},
        drivers=Split(),
        beside=(),
        owner=None,
    )


def hostile_alert() -> AlertInputs:
    week = hostile_names()
    return replace(
        alert(),
        reader=week.reader,
        alert=week.alerts[0],
        history=week.history,
        drivers=week.drivers["logo_churn_rate"],
        owner="<!channel> Ana",
        marks=(Mark(date(2026, 11, 9), "<!here> <b>$x^2$</b>"),),
        trial=replace(TRIAL, to=("slack:<!channel>", "email:*ana*@evil.example")),
    )


def more_hostile_alert() -> AlertInputs:
    return replace(hostile_alert(), alert=leaving("(none)", HOSTILE[6:]), trial=None)


ALERTS = {
    "bad_week": alert,
    "good_week": recovered,
    "no_data": incomplete,
    "hostile_names": hostile_alert,
    "hostile_names_2": more_hostile_alert,
    "worse": worse,
    "on_trial": on_trial,
    "one_customer": one_customer,
    "money_kept": money_kept,
}


def over() -> RecoveryInputs:
    """Return an alert that is back to usual after four weeks."""
    began = CALENDAR.previous(WEEK, 5)
    return RecoveryInputs(
        reader=ACME,
        period=WEEK,
        kpi=kpi_named("logo_churn_rate"),
        finding=replace(leaving().lead, period=began.key),
        ending=Ending.CALM,
        since=began,
        lasted=4,
        history=past_of((*CALM, 5, 3, 0, 1, 0, 0)),
        members=LEFT,
        number=12,
        marks=(PRICE_CHANGE,),
        expected=ranges(),
    )


def new_normal() -> RecoveryInputs:
    """Return an alert whose level has stayed."""
    began = CALENDAR.previous(WEEK, 13)
    stayed = (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 3, 2, 1, 2, 3, 2, 2, 1, 3, 2, 2, 2, 2)
    return replace(
        over(),
        ending=Ending.NEW_NORMAL,
        finding=replace(leaving().lead, period=began.key),
        since=began,
        lasted=13,
        history=past_of(stayed),
    )


def corrected() -> RecoveryInputs:
    """Return an alert that a restatement took away; nothing else is known of it."""
    was = leaving().lead
    before = CALENDAR.previous(WEEK)
    return replace(
        over(),
        ending=Ending.CORRECTED,
        finding=replace(was, period=before.key),
        since=before,
        lasted=1,
        history=past_of((0, 1, 1)),
        members=(),
        expected={},
        marks=(),
    )


def gone() -> RecoveryInputs:
    """Return an alert about a segment that nobody is in any more, while alerts are on trial."""
    return replace(over(), ending=Ending.GONE, history={}, members=(), trial=TRIAL)


def hostile_end(names: Sequence[int] = (1, 2)) -> RecoveryInputs:
    said = " ".join(HOSTILE[place].name for place in names)
    where = replace(CHURN, segment=HOSTILE_SEGMENT)
    return replace(
        over(),
        reader=hostile_names().reader,
        finding=replace(over().finding, cell=where, sentence=said),
        history=past_of((*CALM, 5, 3, 0, 1, 0, 0), HOSTILE_SEGMENT),
        trial=replace(TRIAL, to=("slack:<!channel>", "email:*ana*@evil.example")),
    )


def more_hostile_end() -> RecoveryInputs:
    longest = replace(HOSTILE[5], name=HOSTILE[5].name[:90])
    said = f"{longest.name} {HOSTILE[9].name} {HOSTILE[10].name}"
    calm = hostile_end()
    return replace(calm, finding=replace(calm.finding, sentence=said), trial=None)


def hostile_place() -> RecoveryInputs:
    where = replace(CHURN, segment=HOSTILE[7].name)  # a semicolon in it ends a clause
    return replace(over(), finding=replace(over().finding, cell=where))


RECOVERIES = {
    "good_week": over,
    "bad_week": new_normal,
    "no_data": gone,
    "hostile_names": hostile_end,
    "hostile_names_2": more_hostile_end,
    "hostile_names_3": hostile_place,
    "corrected": corrected,
}
