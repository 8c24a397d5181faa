"""What does a digest say? From everything that is known to one frozen view, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.messages.inputs import Split
from tasks.messages.lead import lead, loud
from tasks.messages.movements import customers, movement
from tasks.messages.notes import footer, labels, notes, withheld
from tasks.messages.outside import clean
from tasks.messages.pictures import digest_charts
from tasks.messages.records import records
from tasks.messages.rows import SPARK_PERIODS, figures_of, kpi_of, sections
from tasks.messages.standing import advice, audit, counted_alerts, effects, open_alerts
from tasks.messages.subject import preheader, subject, title
from tasks.messages.view import DigestView
from tasks.messages.wording import counted, dates, told
from tasks.model import Severity

if TYPE_CHECKING:
    from tasks.messages.inputs import DigestInputs
    from tasks.messages.view import Movement

MOST_MOVEMENTS = 3
MOST_GOOD_NEWS = 3


def digest_view(inputs: DigestInputs) -> DigestView:
    """Return the digest as a view: everything in words, nothing left to compute."""
    leading = loud(inputs)[:1]
    return DigestView(
        subject_key=clean(inputs.audience),
        company=clean(inputs.reader.company),
        period=inputs.period.key,
        title=title(inputs),
        dates=dates(inputs.period),
        this_period=f"this {inputs.period.grain}",
        compared=f"against the {inputs.period.grain} before",
        history=counted(SPARK_PERIODS, str(inputs.period.grain)),
        subject=subject(inputs),
        preheader=preheader(inputs),
        lead=lead(inputs),
        advice=advice(inputs),
        withheld=(*labels(inputs), *withheld(inputs)),
        sections=sections(inputs),
        movements=_movements(inputs),
        alerts=open_alerts(inputs),
        alerts_counted=counted_alerts(inputs),
        effects=effects(inputs),
        audit=audit(inputs),
        at_risk=customers(inputs.at_risk, figures_of(inputs)),
        good_news=_good_news(inputs),
        notes=notes(inputs),
        footer=footer(inputs),
        charts=digest_charts(inputs, leading[0].lead if leading else None),
    )


def _movements(inputs: DigestInputs) -> tuple[Movement, ...]:
    """Return what is behind the alerts first, then behind other KPIs that were taken apart."""
    members = {alert.kpi: alert.members for alert in reversed(inputs.alerts)}
    keys = dict.fromkeys([*(alert.kpi for alert in loud(inputs)), *inputs.drivers])
    figures = figures_of(inputs)
    made = (
        movement(
            kpi_of(inputs, key),
            inputs.drivers.get(key, Split()),
            members.get(key, ()),
            figures,
            inputs.beside.get(key, ()),
            inputs.advised.get(key, ()),
        )
        for key in keys
    )
    return tuple(each for each in made if each.parts or each.customers)[:MOST_MOVEMENTS]


def _good_news(inputs: DigestInputs) -> tuple[str, ...]:
    good = [each for each in inputs.assessment.findings if each.severity is Severity.GOOD]
    more = records(inputs, besides={finding.cell.kpi for finding in good})
    return tuple(dict.fromkeys([*map(told, good), *more]))[:MOST_GOOD_NEWS]
