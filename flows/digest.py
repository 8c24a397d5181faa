"""Digest: bring in what is new, measure it, and tell people once a period what it comes to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.briefing import Findings, digest_inputs, found_in
from flows.charts import publish
from flows.delivery import deliver
from flows.due import DIGEST, audiences_of, due, period_asked
from flows.lateness import too_late
from flows.ledger import note
from flows.measure import catch_up, newest
from flows.operators import withheld_notice
from flows.plan import TOLD, Scope
from flows.steps import Steps, on_prefect
from flows.sync import Synced, bring_in_news
from flows.verdict import verdict
from flows.workspace import Workspace, opened
from tasks.config import Audience
from tasks.errors import DeliveryRejected, KeepwellError
from tasks.model import Message, Observation, Period, Receipt
from tasks.outbox.delivering import Delivered
from tasks.store import Outcome, Outgoing, address, content, put, written

COMPANY = "company"  # what a digest is about that everybody may see


@dataclass(frozen=True, slots=True)
class Written:
    """One digest: what was found, and the message that says it."""

    found: Findings
    message: Message


@dataclass(frozen=True, slots=True)
class Page:
    """A digest to be looked at: what it says, where it was written, and what was brought in."""

    message: Message
    receipt: Receipt
    synced: Synced


@dataclass(frozen=True, slots=True)
class Sent:
    """A digest that went out, to whom it did, and who could not even be written to.

    ``found`` is what it says, where this run wrote it; None where it was in the outbox already.
    """

    message: Message
    delivered: Delivered
    found: Findings | None = None
    refused: tuple[KeepwellError, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when everybody has got everything, else 3."""
        return 3 if self.refused else self.delivered.exit_code


def write(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    *,
    now: datetime,
    fresh: Iterable[Observation] = (),
) -> Written:
    """Return the digest of ``period`` from what is stored; ``fresh`` values stand above that."""
    found = found_in(steps, workspace, period, now=now, fresh=fresh)
    return Written(found, steps.digest_message(digest_inputs(workspace, found)))


def refresh(
    steps: Steps, workspace: Workspace, periods: Iterable[Period], *, now: datetime
) -> Synced:
    """Bring in and measure what is new, for the digests that have not been written yet.

    What is in the outbox is sent as it stands there; nothing is read, measured or rendered again.
    """
    unwritten = [one for one in periods if not is_written(workspace, one)]
    if not unwritten:
        return Synced()
    synced = bring_in_news(steps, workspace, now=now)
    for period in unwritten:
        catch_up(steps, workspace, now=now, scope=Scope(TOLD, period))
    return synced


def is_written(workspace: Workspace, period: Period) -> bool:
    """Return whether the digest of ``period`` is in the outbox."""
    return written(workspace.store, DIGEST, COMPANY, period.key) is not None


def send(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    to: Sequence[Audience],
    *,
    now: datetime,
    is_urgent: bool = False,
) -> Sent:
    """Write the digest of ``period`` if nobody has yet, and send it to the audiences ``to``."""
    ids, message, found = _posted(steps, workspace, period, to, now)
    delivered = deliver(steps, workspace, ids, is_urgent=is_urgent)
    delivered = Delivered(tuple(one for one in delivered.entries if one.kind == DIGEST))
    outcome = Outcome.FAILED if delivered.undelivered else Outcome.DONE
    count = {"sent": len(delivered.sent), "undelivered": len(delivered.undelivered)}
    note(workspace, DIGEST, period.key, now, count, outcome)
    return Sent(message, delivered, found, tuple(_split(to)))


def _posted(
    steps: Steps, workspace: Workspace, period: Period, to: Sequence[Audience], now: datetime
) -> tuple[tuple[int, ...], Message, Findings | None]:
    """Put the digest into the outbox, or find it there; return its entries, and what it says."""
    store, company = workspace.store, workspace.settings.company.name
    known = written(store, DIGEST, COMPANY, period.key)
    if known is not None:
        everybody = recipients(audiences_of(workspace.settings, period.grain))
        ids = address(store, known.id, recipients(to), company=company, keep=everybody)
        return ids, content(store, known.id), None
    made = write(steps, workspace, period, now=now)
    notice = withheld_notice(steps, workspace, period, digest_inputs(workspace, made.found).notes)
    outgoing = [Outgoing(made.message, recipients(to)), *notice]
    return put(store, outgoing, company=company), made.message, made.found


def recipients(audiences: Iterable[Audience]) -> tuple[str, ...]:
    """Return who gets the whole digest, each once."""
    whole = (one for one in audiences if one.split_by is None)
    return tuple(dict.fromkeys(recipient for audience in whole for recipient in audience.to))


def _split(audiences: Iterable[Audience]) -> Iterable[KeepwellError]:
    """Yield an error for each audience whose members should each get only their own part."""
    for one in audiences:
        if one.split_by is not None:
            yield DeliveryRejected(
                f"audience '{one.name}' is split by {one.split_by}, which is not possible yet;",
                where="nobody of it got the digest, as the whole is not for them.",
                todo="Leave out split_by, if they may see everything.",
            )


def _run_name() -> str:
    asked = runtime.flow_run.parameters.get("period")
    return f"digest {asked}" if asked else "digest, what is due"


@flow(name="digest", flow_run_name=_run_name)
def digest(
    config: str = "keepwell.yaml", period: str | None = None, now: datetime | None = None
) -> State[object]:
    """Send the digests that are due; with ``period`` that one, to everybody who gets its grain."""
    if late := too_late():
        return late
    moment = now or datetime.now(UTC)
    steps = on_prefect()
    with opened(Path(config), os.environ) as workspace:
        waiting = _asked_or_due(workspace, period, moment)
        if not waiting:
            return Completed(name="NothingDue", message="No audience waits for a digest now.")
        synced = refresh(steps, workspace, waiting, now=moment)
        sent = [send(steps, workspace, one, to, now=moment) for one, to in waiting.items()]
        for one in sent:
            _show(workspace, one)
    return _verdict(synced, sent)


def _asked_or_due(
    workspace: Workspace, period: str | None, now: datetime
) -> dict[Period, tuple[Audience, ...]]:
    if period is None:
        return due(workspace, now)
    asked = period_asked(workspace.settings, None, period, now)
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
    problems = [*map(str, synced.problems), *(str(error) for one in sent for error in one.refused)]
    return verdict(delivered, problems, is_refused=any(one.refused for one in sent))
