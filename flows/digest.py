"""Digest: bring in what is new, measure it, and tell people once a period what it comes to."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.briefing import Findings
from flows.charts import publish
from flows.delivery import deliver
from flows.due import DIGEST, audiences_of, due, must_be_over, period_asked
from flows.lateness import too_late
from flows.ledger import note
from flows.measure import newest
from flows.posting import is_posted, post
from flows.steps import Steps, on_prefect
from flows.sync import Synced, bring_in_news
from flows.twice import catch_up_twice
from flows.verdict import verdict
from flows.workspace import Workspace, opened
from tasks.config import Audience
from tasks.errors import KeepwellError
from tasks.model import Grain, Message, Period, Receipt
from tasks.outbox.delivering import Delivered
from tasks.store import Outcome

Waiting = Mapping[Period, Sequence[Audience]]  # the digests that are asked for, and by whom


@dataclass(frozen=True, slots=True)
class Page:
    """A digest to be looked at: what it says, where it was written, and what was brought in."""

    message: Message
    receipt: Receipt
    synced: Synced


@dataclass(frozen=True, slots=True)
class Sent:
    """A digest that went out, all its parts, to whom, and who could not even be written to.

    ``message`` is the company's, ``found`` what it says where this run wrote it; None where it was
    in the outbox already. ``remarks`` are what operators should know and nobody is there to hear.
    """

    message: Message
    delivered: Delivered
    found: Findings | None = None
    refused: tuple[KeepwellError, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when everybody has got everything, else 3."""
        return 3 if self.refused else self.delivered.exit_code


def refresh(steps: Steps, workspace: Workspace, waiting: Waiting, *, now: datetime) -> Synced:
    """Bring in and measure what is new, for the digests that are not wholly in the outbox yet.

    What is there is sent as it stands; nothing is read, measured or rendered again.
    """
    unwritten = [one for one, to in waiting.items() if not is_posted(workspace, one, to)]
    if not unwritten:
        return Synced()
    synced = bring_in_news(steps, workspace, now=now)
    for period in unwritten:
        catch_up_twice(steps, workspace, period, now=now)
    return synced


def send(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    to: Sequence[Audience],
    *,
    now: datetime,
    is_urgent: bool = False,
) -> Sent:
    """Write what is missing of the digest of ``period``, and send all of it to ``to``."""
    posted = post(steps, workspace, period, to, now=now)
    delivered = deliver(steps, workspace, posted.ids, is_urgent=is_urgent)
    delivered = Delivered(tuple(one for one in delivered.entries if one.kind == DIGEST))
    is_whole = not (delivered.undelivered or posted.problems)
    count = {"sent": len(delivered.sent), "undelivered": len(delivered.undelivered)}
    note(workspace, DIGEST, period.key, now, count, Outcome.DONE if is_whole else Outcome.FAILED)
    found = posted.whole.found if posted.whole else None
    return Sent(posted.message, delivered, found, posted.problems, posted.remarks)


def _run_name() -> str:
    asked = runtime.flow_run.parameters.get("period")
    return f"digest {asked}" if asked else "digest, what is due"


@flow(name="digest", flow_run_name=_run_name)
def digest(
    config: str = "keepwell.yaml",
    period: str | None = None,
    grain: Grain | None = None,
    now: datetime | None = None,
) -> State[object]:
    """Send the digests that are due; with ``period`` that one, to everybody who gets its grain.

    With ``grain`` only the digests of that grain are looked for.
    """
    if late := too_late():
        return late
    moment = now or datetime.now(UTC)
    steps = on_prefect()
    with opened(Path(config), os.environ) as workspace:
        waiting = _asked_or_due(workspace, period, grain, moment)
        if not waiting:
            return Completed(name="NothingDue", message="No audience waits for a digest now.")
        synced = refresh(steps, workspace, waiting, now=moment)
        sent = [send(steps, workspace, one, to, now=moment) for one, to in waiting.items()]
        for one in sent:
            _show(workspace, one)
    return _verdict(synced, sent)


def _asked_or_due(
    workspace: Workspace, period: str | None, grain: Grain | None, now: datetime
) -> dict[Period, tuple[Audience, ...]]:
    if period is None:
        waiting = due(workspace, now)
        return {one: to for one, to in waiting.items() if grain in {None, one.grain}}
    asked = must_be_over(period_asked(workspace.settings, None, period, now), now)
    return {asked: audiences_of(workspace.settings, asked.grain)}


def _show(workspace: Workspace, sent: Sent) -> None:
    """Put the digest as it was sent, its scorecard and its charts into the Prefect UI."""
    message, found = sent.message, sent.found
    grain = workspace.settings.calendar.period(message.period).grain
    create_markdown_artifact(message.markdown, key=f"digest-{grain}", description=message.subject)
    publish(message.images)
    if found is not None:
        seen = (past[-1] for past in found.history.values())
        current = [one for one in seen if one.period == found.period.key]
        table = newest(workspace, current)
        create_table_artifact(table, key=f"scorecard-{grain}", description=message.period)


def _verdict(synced: Synced, sent: Sequence[Sent]) -> State[object]:
    delivered = sum((one.delivered for one in sent), start=Delivered())
    untold = [str(each) for one in sent for each in (*one.refused, *one.remarks)]
    problems = [*map(str, synced.problems), *untold]
    return verdict(delivered, problems, is_refused=any(one.refused for one in sent))
