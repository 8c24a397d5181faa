"""Digest: bring in what is new, measure it, and tell people once a period what it comes to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.asking import grain_named
from flows.briefing import Findings, digest_inputs, found_in
from flows.charts import publish
from flows.delivery import Delivered, Refused, deliver_to
from flows.lateness import too_late
from flows.ledger import DIGEST, last_done, note
from flows.measure import catch_up, newest
from flows.plan import TOLD, Scope
from flows.steps import Steps, on_prefect
from flows.sync import Synced, bring_in_news
from flows.workspace import Workspace, opened
from tasks.config import Audience, Settings, due_at
from tasks.errors import DeliveryRejected, WrongUse
from tasks.model import Grain, Message, Observation, Period, Receipt
from tasks.store import Outcome

STILL_DUE = timedelta(hours=24)  # a digest that is later than this is sent by hand, if at all


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
    """A digest that went out, and to whom it did."""

    written: Written
    delivered: Delivered


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


def send(
    steps: Steps, workspace: Workspace, period: Period, to: Sequence[Audience], *, now: datetime
) -> Sent:
    """Write the digest of ``period``, deliver it to the audiences and note who got it."""
    written = write(steps, workspace, period, now=now)
    delivered = Delivered()
    for audience in to:
        got = _deliver(steps, workspace.settings, written.message, audience, now)
        outcome = Outcome.FAILED if got.refused else Outcome.DONE
        receipts = [f"{one.channel}:{one.recipient} {one.id}" for one in got.receipts]
        note(workspace, DIGEST, subject(audience, period), now, {"receipts": receipts}, outcome)
        delivered += got
    return Sent(written, delivered)


def _deliver(
    steps: Steps, settings: Settings, message: Message, audience: Audience, now: datetime
) -> Delivered:
    """Deliver to one audience; those who should each get only their own part get nothing."""
    if audience.split_by is None:
        return deliver_to(steps, settings, message, audience.to, now=now)
    error = DeliveryRejected(
        f"audience '{audience.name}' is split by {audience.split_by}, which is not possible yet;",
        where="nobody of it got the digest, as the whole is not for them.",
        todo="Leave out split_by, if they may see everything.",
    )
    return Delivered(refused=tuple(Refused(one, error) for one in audience.to))


def subject(audience: Audience, period: Period) -> str:
    """Return what a run of a digest is about, for the ledger: ``leadership 2026-W47``."""
    return f"{audience.name} {period}"


def period_asked(settings: Settings, grain: Grain | None, key: str | None, now: datetime) -> Period:
    """Return the period named ``key``, or the last complete one; ``WrongUse`` for the future."""
    calendar = settings.calendar
    if key is None:
        return calendar.last_complete(grain or usual_grain(settings), now)
    period = calendar.period(key)
    if grain is not None and period.grain is not grain:
        raise WrongUse(f"{key} is a {period.grain}, not a {grain}.", todo="Leave out --grain.")
    if period.start_at >= now:
        raise WrongUse(f"{key} has not begun yet.", todo="Name a period that has.")
    return period


def period_named(settings: Settings, grain: str | None, key: str | None, now: datetime) -> Period:
    """Return the period that --grain and --period name; see ``period_asked``."""
    return period_asked(settings, grain_named(grain) if grain else None, key, now)


def usual_grain(settings: Settings) -> Grain:
    """Return the grain of the first audience's digest; weeks when there is no audience."""
    return settings.audiences[0].digest if settings.audiences else Grain.WEEK


def audiences_of(settings: Settings, grain: Grain) -> tuple[Audience, ...]:
    """Return who gets the digest of this grain; ``WrongUse`` when nobody does."""
    found = tuple(one for one in settings.audiences if one.digest is grain)
    if not found:
        raise WrongUse(
            f"no audience gets a digest of a {grain}.",
            where=f"Looked under audiences in {settings.path.name}.",
            todo=f"Add one with 'digest: {grain}', or use --preview.",
        )
    return found


def due(workspace: Workspace, now: datetime) -> dict[Period, tuple[Audience, ...]]:
    """Return the digests that are due and have not gone out, and who is waiting for each."""
    settings = workspace.settings
    waiting: dict[Period, tuple[Audience, ...]] = {}
    for audience in settings.audiences:
        period = settings.calendar.last_complete(audience.digest, now)
        planned = due_at(settings, audience, period)
        is_time = planned <= now < planned + STILL_DUE
        if is_time and last_done(workspace, DIGEST, subject(audience, period)) is None:
            waiting[period] = (*waiting.get(period, ()), audience)
    return waiting


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
        synced = bring_in_news(steps, workspace, now=moment)
        for about in waiting:
            catch_up(steps, workspace, now=moment, scope=Scope(TOLD, about))
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
    message, found = sent.written.message, sent.written.found
    current = [seen[-1] for seen in found.history.values() if seen[-1].period == found.period.key]
    grain = found.period.grain
    create_markdown_artifact(message.markdown, key=f"digest-{grain}", description=message.subject)
    create_table_artifact(
        newest(workspace, current), key=f"scorecard-{grain}", description=f"{found.period}"
    )
    publish(message.images)


def _verdict(synced: Synced, sent: Sequence[Sent]) -> State[object]:
    delivered = sum((one.delivered for one in sent), start=Delivered())
    if delivered.refused:
        first = delivered.refused[0]
        raise DeliveryRejected(
            f"{len(delivered.refused)} of "
            f"{len(delivered.refused) + len(delivered.receipts)} messages did not go out.",
            where=f"{first.recipient}: {first.error}",
        )
    count = len(delivered.receipts)
    told = f"{count} {'message' if count == 1 else 'messages'} went out."
    name = "SentWithProblems" if synced.problems else None
    return Completed(name=name, message=" ".join([told, *map(str, synced.problems)]))
