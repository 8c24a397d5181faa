"""Watch: look for findings in the last complete week, and tell those who asked for alerts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.briefing import Findings, drivers_of, found_in, reader_of
from flows.delivery import deliver
from flows.lateness import too_late
from flows.measure import catch_up
from flows.plan import TOLD, Scope
from flows.steps import Steps, on_prefect
from flows.sync import bring_in_news
from flows.trial import is_live
from flows.verdict import verdict
from flows.workspace import Workspace, opened
from tasks.config import Settings
from tasks.kpis.base import kpi_named
from tasks.messages.inputs import AlertInputs
from tasks.model import ALL, Alert, Grain, Message
from tasks.outbox.delivering import Delivered
from tasks.store import Outgoing, put


@dataclass(frozen=True, slots=True)
class Watched:
    """What was found, and each alert as it will be read."""

    found: Findings
    messages: tuple[Message, ...]


def look(steps: Steps, workspace: Workspace, *, now: datetime) -> Watched:
    """Return the alerts of the last complete week, written out."""
    period = workspace.settings.calendar.last_complete(Grain.WEEK, now)
    found = found_in(steps, workspace, period, now=now)
    settings = workspace.settings
    messages = [steps.alert_message(alert_inputs(settings, found, one)) for one in found.alerts]
    return Watched(found, tuple(messages))


def has_values(found: Findings) -> bool:
    """Return whether anything at all is known of the period; silence without it says nothing."""
    newest = (seen[-1] for seen in found.history.values())
    return any(one.period == found.period.key and one.value is not None for one in newest)


def alert_inputs(settings: Settings, found: Findings, alert: Alert) -> AlertInputs:
    """Return everything one alert says."""
    return AlertInputs(
        reader=reader_of(settings),
        period=found.period,
        kpi=kpi_named(alert.kpi),
        alert=alert,
        history=found.history,
        assessment=found.assessment,
        drivers=drivers_of(found.history, alert),
        beside=found.beside.get(alert.kpi, ()),
    )


def recipients(workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """Return who gets alerts now: the people named for alerts, or the operators while on trial."""
    settings = workspace.settings
    return settings.alerts.to if is_live(workspace, now) else settings.operators.to


def push(
    steps: Steps,
    workspace: Workspace,
    messages: Sequence[Message],
    *,
    now: datetime,
    is_urgent: bool = False,
) -> Delivered:
    """Send each alert that has not gone out for its period yet."""
    to, company = recipients(workspace, now), workspace.settings.company.name
    outgoing = [Outgoing(message, to) for message in messages if to]
    ids = put(workspace.store, outgoing, company=company)
    return deliver(steps, workspace, ids, is_urgent=is_urgent)


@flow(name="watch", flow_run_name="watch {config}")
def watch(config: str = "keepwell.yaml", now: datetime | None = None) -> State[object]:
    """Find what needs attention in the last complete week, and push it to whoever asked."""
    if late := too_late():
        return late
    moment, steps = now or datetime.now(UTC), on_prefect()
    with opened(Path(config), os.environ) as workspace:
        synced = bring_in_news(steps, workspace, now=moment)
        catch_up(steps, workspace, now=moment, scope=Scope(TOLD))
        watched = look(steps, workspace, now=moment)
        delivered = push(steps, workspace, watched.messages, now=moment)
    create_table_artifact(
        rows(watched.found.alerts), key="alerts", description=f"Alerts of {watched.found.period}"
    )
    return _verdict(watched, delivered, [str(problem) for problem in synced.problems])


def rows(alerts: Sequence[Alert]) -> list[dict[str, str]]:
    """Return one row per alert: what, where, how loud, and the sentence with the counts."""
    return [
        {
            "kpi": alert.kpi,
            "segment": "" if alert.lead.cell.segment == ALL else alert.lead.cell.segment,
            "severity": str(alert.severity),
            "what": alert.lead.sentence,
        }
        for alert in alerts
    ]


def _verdict(watched: Watched, delivered: Delivered, problems: Sequence[str]) -> State[object]:
    period, untold = watched.found.period, " ".join(["", *problems])
    if delivered.undelivered:
        return verdict(delivered, problems, is_refused=False)
    if not has_values(watched.found):
        blind = f"No data for {period}: nothing can be said.{untold}"
        return Failed(name="NoData", message=blind)
    if watched.messages:
        sentences = " ".join(alert.lead.sentence for alert in watched.found.alerts)
        return Completed(name="AlertsFound", message=sentences + untold)
    name = "QuietWithProblems" if problems else "AllQuiet"
    return Completed(name=name, message=f"Nothing to report for {period}.{untold}")
