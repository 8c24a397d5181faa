"""Backfill: read and measure a stretch of the past again, a quarter at a time; nothing is sent.

A quarter that is done is noted. Killed and started again, a backfill goes on where it was; done
twice over the same facts, settings and definitions, it does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.asking import Asked, asked
from flows.howfar import Tell, howfar, untold
from flows.ledger import basis_print, last_done, note
from flows.measure import compute_and_record, in_words
from flows.parameters import CONFIG, ConfigFile, Moment, PeriodKey
from flows.plan import periods_asked
from flows.reporting import leave_report
from flows.showing import Run, shown
from flows.steps import Steps, on_prefect
from flows.sync import Synced, bring_in, bring_in_news
from flows.workspace import Workspace, opened
from tasks.errors import WrongUse
from tasks.model import Grain, Period
from tasks.store import Store, note_deed
from tasks.store.audit import BACKFILLED, doer
from tasks.store.streams import begin_reading, runs_of, start_over, stop_reading, stream_state

BACKFILL = "backfill"  # the kind of these runs in the ledger, by quarter


@dataclass(frozen=True, slots=True)
class Span:
    """What to do again: from one period to another, both included.

    ``read_again`` reads all sources from their beginnings first, else only what they have new.
    """

    first: str
    last: str
    read_again: bool = False

    def __str__(self) -> str:
        """Return ``2025-01 to 2025-12``."""
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a backfill did: periods computed, and those of quarters that were done already."""

    synced: Synced
    periods: int = 0
    skipped: int = 0
    new: int = 0
    restated: int = 0
    withheld: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """4 where books do not balance, 3 where a source failed, else 0."""
        return 4 if self.withheld else self.synced.exit_code

    def __str__(self) -> str:
        """Return what was done in a sentence or two."""
        told = f"{self.periods:,} periods measured: {self.new:,} values new or changed."
        return f"{told} {self.skipped:,} were done already." if self.skipped else told


def fill(
    steps: Steps, workspace: Workspace, span: Span, *, now: datetime, tell: Tell = untold
) -> Filled:
    """Read the sources and measure ``span`` again; ``WrongUse`` for a span that makes no sense."""
    wanted = _wanted(workspace, span, now)
    if span.read_again:
        read_from_the_start(workspace.store, [one.name for one in workspace.settings.sources])
    read = bring_in if span.read_again else bring_in_news
    done = Filled(read(steps, workspace, now=now))
    by_quarter = quarters(workspace, periods_asked(workspace, [wanted], now), now)
    for number, (quarter, periods) in enumerate(by_quarter.items()):
        tell(number, len(by_quarter), f"measuring {quarter}")
        done = _added(done, steps, workspace, quarter, periods, now)
    note_deed(workspace.store, doer(), BACKFILLED, f"{span.first}..{span.last}", now, str(done))
    return done


def _wanted(workspace: Workspace, span: Span, now: datetime) -> Asked:
    """Return the span for all grains somebody looks at."""
    found = asked(workspace.settings.calendar, None, span.first, span.last)
    if found.first is not None and found.first.start_at >= now:
        raise WrongUse(f"{found.first} has not begun yet.", todo="Name a period that has.")
    return Asked(None, found.first, found.last)


def read_from_the_start(store: Store, sources: Iterable[str]) -> None:
    """Let the next sync read every stream of these APIs anew; one being read now goes on."""
    for source in sources:
        for name in sorted({run.stream for run in runs_of(store, source)}):
            state = stream_state(store, source, name)
            reading = state and begin_reading(store, source, name, state.config_hash)
            if reading:
                start_over(reading)
                stop_reading(reading)


def quarters(
    workspace: Workspace, periods: Iterable[Period], now: datetime
) -> Mapping[Period, Sequence[Period]]:
    """Return the periods that have begun by the quarter in which they do, oldest first."""
    calendar = workspace.settings.calendar
    found: dict[Period, list[Period]] = {}
    for one in sorted(periods, key=lambda each: (each.first_day, list(Grain).index(each.grain))):
        if one.start_at < now:
            found.setdefault(calendar.containing(Grain.QUARTER, one.first_day), []).append(one)
    return found


def _added(
    done: Filled,
    steps: Steps,
    workspace: Workspace,
    quarter: Period,
    periods: Sequence[Period],
    now: datetime,
) -> Filled:
    """Return what is done with one more quarter, which is measured unless it was already."""
    basis = {**basis_print(workspace), "periods": " ".join(one.key for one in periods)}
    before = last_done(workspace, BACKFILL, quarter.key)
    if before is not None and before.summary.items() >= basis.items():
        return replace(done, skipped=done.skipped + len(periods))
    result = compute_and_record(steps, workspace, periods, now=now)
    note(workspace, BACKFILL, quarter.key, now, basis)
    return replace(
        done,
        periods=done.periods + len(periods),
        new=done.new + result.new,
        restated=done.restated + len(result.restated),
        withheld=(*done.withheld, *(in_words(one) for _, one in result.breaks)),
    )


@flow(name="backfill", flow_run_name="backfill {first} to {last}")
def backfill(
    first: PeriodKey,
    last: PeriodKey,
    read_again: bool = False,
    config: ConfigFile = CONFIG,
    now: Moment | None = None,
) -> State[object]:
    """Read and measure a stretch of the past again. Nothing is ever sent.

    Args:
        first: The first period, such as 2025-01, 2025-W07 or 2025-Q1.
        last: The last period; it is included.
        read_again: Read all sources from their beginnings first; otherwise only what is new.
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    span = Span(first, last, read_again)
    moment = now or datetime.now(UTC)
    return shown("backfill", lambda run: _backfill(run, Path(config), span, moment))


def _backfill(run: Run, config: Path, span: Span, now: datetime) -> State[object]:
    title = f"backfill {span}"
    run.named(title)
    with opened(config, os.environ) as workspace:
        with howfar("backfill", f"Backfill {span}") as tell:
            done = fill(on_prefect(took=run.timed), workspace, span, now=now, tell=tell)
        state = verdict(done)
        leave_report(run, workspace, title, done.synced.loads, state)
    return state


def verdict(done: Filled) -> State[object]:
    """Return how the run ended: all done, with problems, or held because books do not balance."""
    problems = [*done.withheld, *map(str, done.synced.problems)]
    word = "Withheld" if done.withheld else "PartlyLoaded" if problems else None
    return Completed(name=word, message=" ".join([str(done), *problems]))
