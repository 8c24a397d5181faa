"""Digest: bring in what is new, measure it, and tell people once a period what it comes to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.announcing import announce, of_digest, of_held
from flows.artifacts import foot_of, page, picture, table
from flows.charts import Gallery
from flows.dispatch import Page, Round, Sent, dispatch, refresh, send
from flows.due import audiences_of, must_be_over, period_asked
from flows.ended import HELD
from flows.pages import digest_page, held_page, scorecard_rows
from flows.parameters import CONFIG, ConfigFile, Moment, PeriodKey
from flows.reporting import leave_report
from flows.showing import KNOWN, Run, shown
from flows.steps import Steps, on_prefect
from flows.verdict import verdict
from flows.workspace import Workspace, opened
from tasks.model import Grain, Period
from tasks.outbox.delivering import Delivered

__all__ = ["Page", "Sent", "digest", "refresh", "send"]


@flow(name="digest", flow_run_name="digest, what is due")
def digest(
    config: ConfigFile = CONFIG,
    period: PeriodKey | None = None,
    grain: Grain | None = None,
    now: Moment | None = None,
) -> State[object]:
    """Send the digests that are due, or the one that is asked for, once to everybody.

    Args:
        config: The configuration file.
        period: The digest to send, to everybody who gets its grain; if not said, those due.
        grain: Only look for digests of weeks, of months...
        now: The moment to look from; if not said, the present one.
    """
    moment = now or datetime.now(UTC)
    if period is None:
        look = partial(dispatch, now=moment, grain=grain)
    else:
        look = partial(send_asked, period=period, now=moment)
    return shown("digest", lambda run: _digest(run, Path(config), look))


def send_asked(steps: Steps, workspace: Workspace, period: str, *, now: datetime) -> Round:
    """Send the digest of ``period`` whether it is due or not, to everybody who gets its grain."""
    asked = must_be_over(period_asked(workspace.settings, None, period, now), now)
    to = audiences_of(workspace.settings, asked.grain)
    synced = refresh(steps, workspace, {asked: to}, now=now)
    return Round(synced, (send(steps, workspace, asked, to, now=now),))


def _digest(run: Run, config: Path, look: Callable[[Steps, Workspace], Round]) -> State[object]:
    gallery = Gallery()
    steps = on_prefect(took=run.timed, draw=gallery.draw)
    with opened(config, os.environ) as workspace:
        found = look(steps, workspace)
        periods = [*_periods(workspace, found.sent), *(one.period for one in found.held)]
        run.named(name_of(periods), *dict.fromkeys(str(one.grain) for one in periods))
        state = end_of(found)
        if state.is_failed() and workspace.settings.operators.to:
            run.tagged(KNOWN)
        if not is_idle(found):
            links = dict(_shown(run, workspace, found, gallery))
            leave_report(run, workspace, name_of(periods), found.synced.loads, state, links)
    return state


def _periods(workspace: Workspace, sent: Iterable[Sent]) -> Iterator[Period]:
    return (workspace.settings.calendar.period(one.message.period) for one in sent)


def name_of(periods: Iterable[Period]) -> str:
    """Return ``digest 2026-W47``: what a run is called."""
    return f"digest {', '.join(map(str, periods)) or 'not due'}"


def _shown(
    run: Run, workspace: Workspace, found: Round, gallery: Gallery
) -> Iterator[tuple[str, str]]:
    """Leave everything there is to see, and yield what it is and where."""
    for sent in found.sent:
        yield from _show_digest(run, workspace, sent, gallery)
    for held in found.held:
        announce([of_held(held.period, str(held))])
        told = held_page(held, workspace.settings.company.timezone)
        name = f"digest of {held.period}, held"
        yield name, page(f"held-{held.period.grain}", told, name)


def _show_digest(
    run: Run, workspace: Workspace, sent: Sent, gallery: Gallery
) -> Iterator[tuple[str, str]]:
    """Leave the digest as it was sent, its charts and its scorecard."""
    message, found, delivered = sent.message, sent.found, sent.delivered
    period = workspace.settings.calendar.period(message.period)
    announce([of_digest(message, period, len(delivered.sent), len(delivered.undelivered))])
    charts = gallery.shown(message.images)
    told = digest_page(message, charts, foot_of(run))
    yield f"digest of {period}", page(f"digest-{period.grain}", told, message.subject)
    for number, (alt, url) in enumerate(charts, 1):
        yield f"chart {number}", picture(f"chart-{period.grain}-{number}", url, alt)
    if found is not None:
        rows = scorecard_rows(workspace.settings, found.history, period.grain)
        yield "scorecard", table(f"scorecard-{period.grain}", rows, f"Scorecard of {period}")


def is_idle(found: Round) -> bool:
    """Return whether there was nothing to do."""
    return not (found.sent or found.held or found.given_up)


def end_of(found: Round) -> State[object]:
    """Return how a run ends that came to this."""
    given_up = [f"{one} is not sent any more by itself." for one in found.given_up]
    held = [f"{one.period} waits, {', '.join(map(str, one.stale))}." for one in found.held]
    delivered = sum((one.delivered for one in found.sent), start=Delivered())
    untold = [str(each) for one in found.sent for each in (*one.refused, *one.remarks)]
    problems = [*map(str, found.synced.problems), *untold, *given_up]
    if found.sent:
        is_refused = any(one.refused for one in found.sent)
        return verdict(delivered, [*problems, *held], is_refused=is_refused)
    if held:
        return Completed(name=HELD, message=" ".join([*held, *problems]))
    if given_up:
        return Completed(name="GivenUp", message=" ".join(given_up))
    return Completed(name="NothingDue", message="No audience waits for a digest now.")
