"""What does Prefect do by itself when something happens? It ends dead runs, and starts a notice.

``upsert`` makes them so on a server, by name: what is there under a name is changed, nothing is
made twice. What operators are told is for the flow ``notice`` to find out, so an automation hands
nothing over, and one that fires too often does no harm. Runs of ``notice`` start none: a notice
that fails is not told of by a notice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from flows.announcing import OPENED, STALE
from flows.notice import KIND, KINDS
from flows.showing import OURS
from tasks.config import Settings
from tasks.errors import WrongUse

HEARTBEATS_S = 30  # PREFECT_FLOWS_HEARTBEAT_FREQUENCY of every run of ours
SILENT_S = 90  # three of them missed: the run is dead
RUN = "prefect.flow-run"
TIMED_OUT = "TimedOut"
ENDS = frozenset(
    f"{RUN}.{name}"
    for name in ("Completed", "Failed", "Crashed", "Cancelled", TIMED_OUT, "Paused", "Suspended")
)
TELL_FAILED = "Keepwell: tell operators of failed runs"
TELL_LATE = "Keepwell: tell operators of runs that nobody takes"
TELL_STALE = "Keepwell: tell operators of sources without news"
TELL_CRITICAL = "Keepwell: tell operators of critical alerts"
END_ZOMBIES = "Keepwell: end runs whose process is gone"
NAMES = (TELL_FAILED, TELL_LATE, TELL_STALE, TELL_CRITICAL, END_ZOMBIES)
_TELLS = "starts 'notice', which tells operators.to of each matter once."
WHEN = {
    TELL_FAILED: f"When a run ends as Failed, Crashed or TimedOut: {_TELLS}",
    TELL_LATE: f"When a run is Late, as no worker takes it: {_TELLS}",
    TELL_STALE: f"On {STALE}: {_TELLS}",
    TELL_CRITICAL: f"On {OPENED} with keepwell.severity critical: {_TELLS}",
    END_ZOMBIES: f"Runs send a heartbeat every {HEARTBEATS_S} s; after {SILENT_S} s of silence "
    "a run is Crashed, which makes room for the next.",
}
DEAD = "Its process is gone: nothing was heard of it for 90 seconds. The next run does its work."


def upsert(client: SyncPrefectClient, settings: Settings) -> tuple[str, ...]:
    """Make the automations so on the server, and return their names.

    Those that tell operators rest where nobody is named. Raises ``WrongUse`` where the server has
    no deployment ``notice``.
    """
    for wanted in automations(_id_of(client), is_told=bool(settings.operators.to)):
        known = client.read_automations_by_name(wanted.name)
        if known:
            client.update_automation(known[0].id, wanted)
        else:
            client.create_automation(wanted)
        for twin in known[1:]:
            client.delete_automation(twin.id)
    return NAMES


def _id_of(client: SyncPrefectClient) -> UUID:
    named = DeploymentFilter(name=DeploymentFilterName(any_=[KIND]))
    found = client.read_deployments(deployment_filter=named)
    if not found:
        raise WrongUse(f"Prefect has no deployment {KIND!r}.", todo="Run 'keepwell deploy' first.")
    return found[0].id


def automations(notice: UUID, *, is_told: bool = True) -> tuple[AutomationCore, ...]:
    """Return all of them; ``notice`` is the deployment that tells operators, if any ``is_told``."""
    telling = (
        _telling(TELL_FAILED, {f"{RUN}.{one}" for one in ("Failed", "Crashed", TIMED_OUT)}, notice),
        _telling(TELL_LATE, {f"{RUN}.Late"}, notice),
        _hearing(TELL_STALE, STALE, {"prefect.resource.id": "keepwell.source.*"}, notice),
        _hearing(TELL_CRITICAL, OPENED, {"keepwell.severity": "critical"}, notice),
    )
    return (*(one.model_copy(update={"enabled": is_told}) for one in telling), _ending())


def _telling(name: str, expect: Collection[str], notice: UUID) -> AutomationCore:
    """Return what starts a notice for each run of ours that ends, or waits, so."""
    ours = [_tagged([OURS]), _tagged(KINDS)]
    match = {"prefect.resource.id": f"{RUN}.*"}
    return _at_once(name, expect, notice, match=match, match_related=ours)


def _hearing(name: str, event: str, match: dict[str, str], notice: UUID) -> AutomationCore:
    """Return what starts a notice for each event of ours."""
    return _at_once(name, [event], notice, match=match)


def _at_once(
    name: str,
    expect: Collection[str],
    notice: UUID,
    **which: Any,  # noqa: ANN401 - for the trigger
) -> AutomationCore:
    trigger = EventTrigger(
        expect=set(expect),
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
        **which,
    )
    told = RunDeployment(source="selected", deployment_id=notice, parameters={}, job_variables=None)
    return AutomationCore(
        name=name, description=WHEN[name], trigger=trigger, actions=[told], tags=[OURS]
    )


def _ending() -> AutomationCore:
    """Return what ends a run that was heard of, and then was not for three heartbeats."""
    trigger = EventTrigger(
        after={f"{RUN}.heartbeat"},
        expect={f"{RUN}.heartbeat", *ENDS},
        match={"prefect.resource.id": [f"{RUN}.*"]},
        match_related=_tagged([OURS]),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=SILENT_S),
    )
    dead = ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message=DEAD, force=False)
    return AutomationCore(
        name=END_ZOMBIES,
        description=WHEN[END_ZOMBIES],
        trigger=trigger,
        actions=[dead],
        tags=[OURS],
    )


def _tagged(tags: Collection[str]) -> dict[str, str | list[str]]:
    """Return what is so where a run bears one of ``tags``."""
    wanted = [f"prefect.tag.{one}" for one in tags]
    return {"prefect.resource.id": wanted, "prefect.resource.role": "tag"}
