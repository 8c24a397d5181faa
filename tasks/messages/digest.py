"""What does a digest say? From everything that is known to one frozen view, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.messages.inputs import Split
from tasks.messages.lead import MOST_ALERTS_TOLD, lead, loud, quiet_moves
from tasks.messages.movements import customers, movement
from tasks.messages.notes import footer, notes, withheld
from tasks.messages.outside import clean
from tasks.messages.pictures import digest_charts
from tasks.messages.records import records
from tasks.messages.rows import SPARK_PERIODS, figures_of, kpi_of, sections
from tasks.messages.subject import preheader, subject, title
from tasks.messages.view import DigestView, OpenAlert
from tasks.messages.wording import (
    SIGNS,
    alert_title,
    counted,
    dates,
    told,
)
from tasks.model import Severity

if TYPE_CHECKING:
    from tasks.messages.inputs import DigestInputs
    from tasks.messages.view import Movement
    from tasks.model import Alert

MOST_MOVEMENTS = 3
MOST_GOOD_NEWS = 3


def digest_view(inputs: DigestInputs) -> DigestView:
    """Return the digest as a view: everything in words, nothing left to compute."""
    alerts = (*loud(inputs), *quiet_moves(inputs))
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
        withheld=withheld(inputs),
        sections=sections(inputs),
        movements=_movements(inputs),
        alerts=tuple(
            _open_alert(inputs, alert, is_told=place < MOST_ALERTS_TOLD)
            for place, alert in enumerate(alerts)
        ),
        at_risk=customers(inputs.at_risk, figures_of(inputs)),
        good_news=_good_news(inputs),
        notes=notes(inputs),
        footer=footer(inputs),
        charts=digest_charts(inputs, leading[0].lead if leading else None),
    )


def _open_alert(inputs: DigestInputs, alert: Alert, *, is_told: bool) -> OpenAlert:
    title = alert_title(kpi_of(inputs, alert.kpi), alert.lead)
    is_told = is_told and alert.severity is not Severity.INFO
    said = "" if is_told else told(alert.lead)  # the lead of the digest has said it
    return OpenAlert(SIGNS[alert.severity], title, said)


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
        )
        for key in keys
    )
    return tuple(each for each in made if each.parts or each.customers)[:MOST_MOVEMENTS]


def _good_news(inputs: DigestInputs) -> tuple[str, ...]:
    good = [each for each in inputs.assessment.findings if each.severity is Severity.GOOD]
    more = records(inputs, besides={finding.cell.kpi for finding in good})
    return tuple(dict.fromkeys([*map(told, good), *more]))[:MOST_GOOD_NEWS]
