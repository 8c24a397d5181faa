"""The standard digests and alerts every template is shown with, drawn as small tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import tasks.kpis  # noqa: F401 - fills the catalogue
from tasks.calendar import Calendar
from tasks.kpis.base import kpi_named
from tasks.messages.inputs import (
    Benchmark,
    DigestInputs,
    Driver,
    Freshness,
    Reader,
    Restated,
    Split,
)
from tasks.messages.ongoing import (
    Advised,
    Audited,
    EffectSeen,
    Followed,
    Mark,
    OpenEpisode,
)
from tasks.model import (
    ALL,
    Alert,
    Cell,
    DataNote,
    Finding,
    Goal,
    GoalStatus,
    Grain,
    Member,
    NullReason,
    Observation,
    Period,
    Severity,
)
from tasks.rules.base import Assessment, Change, Comparison, GoalStanding, Usual

CALENDAR = Calendar("America/New_York")
WEEK = CALENDAR.period("2026-W47")
CLOSE = datetime(2026, 11, 23, 5, tzinfo=UTC)
ACME = Reader("Acme", "USD", "en_US", "America/New_York")
SCORECARD = (
    *("mrr", "nrr", "churned_mrr", "logo_churn_rate", "renewal_rate"),
    *("first_response_time", "csat", "tickets_per_customer", "nps", "account_adoption_rate"),
)
UNITS = {"money": "USD"}

BAD_WEEK = """
    kpi                   | numerators, oldest first                     | denominator | n
    mrr                   | 380,384,387,390,395,399,402,404,407,409,409.8,412.3 | -    | 604
    nrr                   | 1049,1049,1050,1049,1050,1050,1049,1048,1048,1046,1045,1041 | 1000 | 604
    churned_mrr           | 0.3,0.2,0.5,0.4,0.3,0.6,0.4,0.3,0.5,0.2,0.42,2.12 | - | 604
    logo_churn_rate       | 1,2,2,1,2,3,2,1,2,2,2,7                      | 604         | 604
    renewal_rate          | 10,9,12,11,8,11,12,9,10,12,11,11             | 13          | 13
    first_response_time   | 61,60,58,55,56,54,52,52,50,51,50,42          | -           | 187
    csat                  | 214,215,213,214,216,214,213,215,214,214,214,212 | 233      | 233
    tickets_per_customer  | 151,148,150,149,152,150,151,149,150,152,151,187 | 604      | 604
    nps                   | 1400,1410,1440,1450,1420,1430,1400,1480,1460,1440,1435,1558 | 41 | 41
    account_adoption_rate | 531,533,530,535,536,534,537,538,535,536,538,540 | 604      | 604
"""
GOOD_WEEK = BAD_WEEK.replace("1,2,2,1,2,3,2,1,2,2,2,7 ", "3,2,2,3,2,3,2,3,2,2,2,1 ").replace(
    "0.42,2.12", "0.42,0.1"
)


def history(table: str, period: Period = WEEK) -> dict[Cell, tuple[Observation, ...]]:
    """Return what the table draws; money is in thousands, the last number is ``period``'s."""
    rows = [[part.strip() for part in line.split("|")] for line in table.strip().splitlines()[1:]]
    drawn = (_cell_history(*row, period) for row in rows)
    return {past[0].cell: past for past in drawn}


def _cell_history(
    key: str, numerators: str, denominator: str, n: str, period: Period
) -> tuple[Observation, ...]:
    values = numerators.split(",")
    return tuple(
        seen(
            key,
            Decimal(value) * (1000 if kpi_named(key).unit == "money" else 1),
            None if denominator == "-" else Decimal(denominator),
            period=CALENDAR.previous(period, len(values) - 1 - place),
            n=int(n),
        )
        for place, value in enumerate(values)
    )


def seen(
    key: str,
    numerator: Decimal | None,
    denominator: Decimal | None = None,
    *,
    period: Period = WEEK,
    segment: str = ALL,
    **more: object,
) -> Observation:
    kpi = kpi_named(key)
    return Observation(
        kpi=key,
        variant=kpi.default_variant,
        grain=period.grain,
        period=period.key,
        unit=UNITS.get(kpi.unit, kpi.unit),
        as_of=CLOSE,
        segment_dimension=ALL if segment == ALL else "plan/region",
        segment=segment,
        numerator=numerator,
        denominator=denominator,
        **more,
    )


def compared(
    past: dict[Cell, tuple[Observation, ...]], **more: dict[str, object]
) -> dict[Cell, Comparison]:
    """Return each cell beside its period before; ``more`` adds to the comparison of a KPI."""
    return {cell: _comparison(cell, seen, more.get(cell.kpi, {})) for cell, seen in past.items()}


def _comparison(cell: Cell, past: tuple[Observation, ...], more: dict[str, object]) -> Comparison:
    now, before = past[-1], past[-2] if len(past) > 1 else None
    if before is None or now.value is None or before.value is None:
        return Comparison(cell, now, before)
    delta = now.value - before.value
    good = kpi_named(cell.kpi).good
    better = None if not delta or good == "neutral" else (delta > 0) == (good == "up")
    beyond = bool(more.pop("beyond", False))
    change = Change("the week before", delta, None, better, None, beyond, "")
    return Comparison(cell, now, before, change=change, **more)


def goal(
    key: str,
    brief: str,
    status: GoalStatus,
    *,
    text: str = "",
    grain: Grain = Grain.MONTH,
    at_least: str | None = None,
    at_most: str | None = None,
) -> GoalStanding:
    limits = [None if each is None else Decimal(each) for each in (at_most, at_least)]
    cell = Cell(key, kpi_named(key).default_variant, WEEK.grain)
    return GoalStanding(Goal(key, grain, *limits), cell, "2026-11", status, text or brief, brief)


GOALS = (
    goal(
        "mrr", "Q4 >= $420,000: on pace", GoalStatus.ON_PACE, grain=Grain.QUARTER, at_least="420000"
    ),
    goal("nrr", ">= 102 %: met", GoalStatus.MET, grain=Grain.WEEK, at_least="1.02"),
    goal("first_response_time", "<= 60 min: met", GoalStatus.MET, grain=Grain.WEEK, at_most="60"),
    goal("csat", ">= 90 %: met", GoalStatus.MET, grain=Grain.WEEK, at_least="0.9"),
)
MISSED = goal(
    "logo_churn_rate",
    "November <= 12: 14, missed",
    GoalStatus.MISSED,
    text="November so far: 14 of 606 customers left; the goal (2 %) allows 12: missed",
    at_most="0.02",
)
CHURN = Cell("logo_churn_rate", "default", Grain.WEEK, "plan/region", "Starter/EMEA")
LEFT = (
    Member("C-1", "Quill Labs", Decimal(640), "USD", "price"),
    Member("C-2", "Norden AS", Decimal(410), "USD", "price"),
    Member("C-3", "Fjord BV", Decimal(390), "USD"),
    Member("C-4", "Umber Oy", Decimal(120), "USD", "moved to a competitor"),
    Member("C-5", "Tolmin d.o.o.", Decimal(80), "USD"),
)


def leaving(segment: str = "Starter/EMEA", members: tuple[Member, ...] = LEFT) -> Alert:
    return Alert(
        "logo_churn_rate",
        WEEK.key,
        Severity.CRITICAL,
        Finding(
            "spike",
            replace(CHURN, segment=segment),
            WEEK.key,
            Severity.CRITICAL,
            "up",
            f"Five of 61 {segment} customers left this week; usually one in five weeks "
            "(chance by luck: 1 in 400,000). Started this week",
            observed=Decimal(5),
            denominator=Decimal(61),
            expected=Decimal("0.2"),
            low=Decimal(0),
            high=Decimal(1),
            chance=2.5e-6,
        ),
        members=members,
    )


def segment_history(segment: str = "Starter/EMEA") -> dict[Cell, tuple[Observation, ...]]:
    numerators = (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 5)
    past = tuple(
        seen(
            "logo_churn_rate",
            Decimal(value),
            Decimal(61),
            period=CALENDAR.previous(WEEK, len(numerators) - 1 - place),
            segment=segment,
            n=61,
        )
        for place, value in enumerate(numerators)
    )
    return {past[0].cell: past}


LATE = Freshness("Zendesk", datetime(2026, 11, 22, 12, 10, tzinfo=UTC), Decimal(17), is_late=True)
NOTES = (
    DataNote("quarantine", "Delighted", "3 rows in quarantine (NPS score 11)", 3),
    DataNote(
        "control", "HubSpot", "HubSpot counts 604 customers, we 604; Zendesk 187 tickets, we 187"
    ),
)


OPEN = (
    OpenEpisode(12, CHURN, Severity.CRITICAL, "up", date(2026, 11, 23), is_new=True),
    OpenEpisode(
        9,
        Cell("first_response_time", "median_min", Grain.WEEK, "region", "APAC"),
        Severity.WARNING,
        "up",
        date(2026, 10, 26),
        phase="acknowledged",
        by="Ana",
        note="two agents are ill",
    ),
)
ADVISED = Advised(
    "Call the 6 customers with billing tickets.",
    (
        *(Followed(name, is_contacted=True) for name in ("Ash", "Birch", "Cedar", "Elm")),
        Followed("Norden AS", is_contacted=False, has_left=True),
        Followed("Fjord BV", is_contacted=False),
    ),
)
ONBOARDED = EffectSeen(
    "Onboarding programme",
    "logo_churn_rate",
    "ratio",
    8,
    "too early to tell",
    segment="Starter/EMEA",
    before=Decimal("0.041"),
    after=Decimal("0.029"),
    low=Decimal("-0.021"),
    high=Decimal("0.003"),
)


def bad_week() -> DigestInputs:
    past = history(BAD_WEEK)
    usual = Usual(Decimal("0.0035"), Decimal(0), Decimal("0.008"), Decimal("2.1"))
    comparisons = compared(
        past,
        logo_churn_rate={"usual": usual, "beyond": True},
        tickets_per_customer={"beyond": True},
        nps={"too_few": "too few answers to tell (smallest change visible: 19 points)"},
    )
    good = Finding(
        "spike",
        Cell("first_response_time", "median_min", Grain.WEEK),
        WEEK.key,
        Severity.GOOD,
        "down",
        "First response, median, 42 min: usually 49 to 63 min",
    )
    churn = past[replace(CHURN, segment_dimension=ALL, segment=ALL)]
    return DigestInputs(
        reader=ACME,
        period=WEEK,
        kpis=tuple(map(kpi_named, SCORECARD)),
        history={**past, **segment_history()},
        assessment=Assessment(WEEK, (good,), (*GOALS, MISSED), comparisons),
        alerts=(leaving(),),
        drivers={
            "logo_churn_rate": Split(
                (
                    Driver("Starter/EMEA", Decimal("4.8")),
                    Driver("Starter/AMER", Decimal("1.0"), Decimal("0.1")),
                    Driver("Team/AMER", Decimal("-0.4")),
                    Driver("Team/EMEA", Decimal("-0.4")),
                ),
                "plan/region",
            )
        },
        beside={
            "logo_churn_rate": (
                "Week 46, Starter/EMEA: 31 tickets for 61 customers, usually 12; 21 about billing.",
            )
        },
        restated=(
            Restated(
                replace(churn[-2], numerator=Decimal(2)), replace(churn[-2], numerator=Decimal(3))
            ),
        ),
        notes=NOTES,
        freshness=(LATE, Freshness("HubSpot", CLOSE, Decimal(0), is_late=False)),
        benchmarks=(
            Benchmark("nrr", "default", Decimal("1.02"), "Board deck 2025"),
            Benchmark("csat", "another", Decimal("0.9"), "Board deck 2025"),
        ),
        checked=True,
        open_alerts=OPEN,
        advice=(ADVISED,),
        effects=(ONBOARDED,),
        marks=(Mark(date(2026, 11, 9), "Price change"),),
    )


def good_week() -> DigestInputs:
    past = history(GOOD_WEEK)
    return DigestInputs(
        reader=ACME,
        period=WEEK,
        kpis=tuple(map(kpi_named, SCORECARD)),
        history=past,
        assessment=Assessment(WEEK, (), GOALS, compared(past)),
        checked=True,
    )


def no_data() -> DigestInputs:
    reasons = {
        "csat": NullReason.NO_RESPONSES,
        "nps": NullReason.NO_RESPONSES,
        "renewal_rate": NullReason.ZERO_DENOMINATOR,
        "logo_churn_rate": NullReason.ZERO_DENOMINATOR,
        "nrr": NullReason.ZERO_DENOMINATOR,
        "mrr": NullReason.MISSING_FX,
        "first_response_time": NullReason.SOURCE_STALE,
    }
    empty = (seen(key, None, null_reason=reason) for key, reason in reasons.items())
    return DigestInputs(
        reader=ACME,
        period=WEEK,
        kpis=tuple(map(kpi_named, SCORECARD)),
        history={each.cell: (each,) for each in empty},
        assessment=Assessment(WEEK),
        freshness=(Freshness("Zendesk", None, Decimal(0), is_late=True),),
    )


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HOSTILE_SEGMENT = "<!channel> *Starter*/\u202eEMEA <script>alert(1)</script>"
HOSTILE = (
    Member("1", "<!channel> & <@U123|ceo>", Decimal(900), "USD", "@here </td></table>"),
    Member("2", '<script>alert("x")</script><img src=x onerror=alert(1)>', Decimal(800), "USD"),
    Member("3", '=HYPERLINK("http://evil.example","click")', Decimal(700), "USD"),
    Member("4", "[click](http://evil.example) `code` | *bold* _it_ ~no~", Decimal(600), "USD"),
    Member(
        "5", "\u202e\u2066gnitset\u0000\n\n# Heading\r\nBcc: all@evil.example", Decimal(500), "USD"
    ),
    Member(
        "6",
        "Ünïcødé 株式会社 🎉 {{ 7 * 7 }} {% raw %} </mj-text><mj-include path='/etc/passwd'/>"
        + "x" * 500,
        Decimal(450),
        "USD",
    ),
    Member("7", "x" * 500, Decimal(400), "USD", "y" * 500),
    Member("8", "&amp; &lt;b&gt; ](http://evil) {{ 7*7 }} <@U123> ```", Decimal(300), "USD"),
    Member("9", "\u202dשלום בע״מ 24", Decimal(200), "USD", "عميل"),  # noqa: RUF001 - Hebrew
    Member(
        "10",
        f"{FAMILY} \U0001f1e9\U0001f1ea Z\u0351\u036b\u0343\u032a\u0302\u036b\u033d",
        Decimal(50),
        "USD",
    ),
    Member("11", "new\nline\u2028here", Decimal(100), "USD"),
)
STARTS = ("# Heading", "> quoted", "- item", "1. first", "===", "+ plus", "| a | b |", "    code")


def hostile_names() -> DigestInputs:
    calm = bad_week()
    return replace(
        calm,
        reader=replace(ACME, company="# Acme & <b>Söhne</b>\r\nBcc: all@evil.example"),
        history={**calm.history, **segment_history(HOSTILE_SEGMENT)},
        alerts=(leaving(HOSTILE_SEGMENT, HOSTILE[:6]),),
        drivers={
            "logo_churn_rate": Split(
                (Driver(HOSTILE_SEGMENT, Decimal(5)), Driver("(none)", Decimal("-0.1"))),
                "<!channel>",
            )
        },
        notes=(
            DataNote(
                "mapping",
                "<x>",
                'column "a&b" <!everyone> of http://evil.example/x.csv is not known',
            ),
            *(DataNote("mapping", start, start) for start in STARTS),
        ),
        at_risk=HOSTILE,
        freshness=(replace(LATE, source="<!here> Zendesk"),),
        benchmarks=(Benchmark("nrr", "default", Decimal("1.02"), "<!here> [x](http://evil.io) |"),),
        open_alerts=(replace(OPEN[1], by="<!channel>", note="<script>alert(2)</script> *x*"),),
        advice=(
            Advised("Call <@U123> & *them*", (Followed(HOSTILE[1].name, is_contacted=False),)),
        ),
        effects=(replace(ONBOARDED, action="<b>x</b> <!here>", segment=HOSTILE_SEGMENT),),
        marks=(Mark(date(2026, 11, 9), "<!here> $x^2$"),),
    )


def withheld() -> DigestInputs:
    calm = good_week()
    mrr = Cell("mrr", "default", Grain.WEEK)
    held = replace(calm.history[mrr][-1], numerator=None, null_reason=NullReason.WITHHELD)
    note = "Revenue withheld: in EUR opening 41,200 + movements 310 is not closing 41,930 (off by 420: C-118, C-204)"
    return replace(
        calm,
        history={**calm.history, mrr: (*calm.history[mrr][:-1], held)},
        assessment=replace(calm.assessment, standings=GOALS[1:]),
        notes=(DataNote("withheld", "books", note),),
    )


def a_month() -> DigestInputs:
    november = CALENDAR.period("2026-11")
    past = history(GOOD_WEEK, november)
    standings = tuple(replace(each, cell=replace(each.cell, grain=Grain.MONTH)) for each in GOALS)
    return replace(
        good_week(),
        reader=Reader("Söhne GmbH", "EUR", "de_DE", "Europe/Berlin"),
        period=november,
        history={
            cell: tuple(
                replace(each, unit="EUR" if each.unit == "USD" else each.unit) for each in seen
            )
            for cell, seen in past.items()
        },
        assessment=Assessment(november, (), standings, compared(past)),
        audit=(Audited("spike", 12, 9, 1), Audited("event", 1, 1)),
    )


DIGESTS = {
    "bad_week": bad_week,
    "good_week": good_week,
    "no_data": no_data,
    "hostile_names": hostile_names,
    "withheld": withheld,
    "a_month": a_month,
}
