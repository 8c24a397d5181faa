"""Measure: compute the KPIs of every period that may have changed, and record them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.artifacts import table
from flows.asking import Asked
from flows.disputes import still_withheld
from flows.howfar import Tell, howfar, untold
from flows.lakeside import are_there, facts_of
from flows.ledger import MEASURE, basis_print, note
from flows.pages import by_cell, scorecard_rows
from flows.parameters import CONFIG, ConfigFile, Moment
from flows.plan import Scope, kpis_of, measured_on, periods_asked, periods_due
from flows.reporting import leave_report
from flows.showing import Run, moment_in, shown
from flows.steps import Steps, computing, on_prefect
from flows.workspace import Workspace, opened
from tasks.engine.basis import basis_of
from tasks.engine.books import Break
from tasks.engine.measure import Request
from tasks.errors import WrongUse
from tasks.model import ALL, Grain, Observation, Period
from tasks.store import Restated

BLOCK = 120  # periods to a step: two years of weeks at a time is progress somebody can watch

EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class How:
    """How to measure, where it is not as usual."""

    as_of: datetime | None = None
    kpis: tuple[str, ...] | None = None
    all_variants: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured; ``breaks`` are the identities that do not hold, by period."""

    observations: tuple[Observation, ...] = ()
    breaks: tuple[tuple[str, Break], ...] = ()
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    new: int = 0
    restated: tuple[Restated, ...] = ()


def compute_and_record(
    steps: Steps,
    workspace: Workspace,
    periods: Sequence[Period],
    *,
    now: datetime,
    how: How | None = None,
    tell: Tell = untold,
) -> Result:
    """Compute ``periods``, a block at a time, and record each block as soon as it is there.

    ``tell`` is told how many periods are done.
    """
    parts = []
    for part in _parts(steps, workspace, periods, now, how or How(), tell):
        recorded = steps.record_values(workspace.store, part.observations, now)
        parts.append(replace(part, new=recorded.new, restated=recorded.restated))
    return _together(parts)


def compute_only(
    steps: Steps,
    workspace: Workspace,
    periods: Sequence[Period],
    *,
    now: datetime,
    how: How | None = None,
) -> Result:
    """Compute ``periods`` and leave the store as it is."""
    return _together(_parts(steps, workspace, periods, now, how or How()))


def catch_up(
    steps: Steps,
    workspace: Workspace,
    *,
    now: datetime,
    scope: Scope = EVERYTHING,
    tell: Tell = untold,
) -> Result:
    """Compute and record every period of ``scope`` whose values may have changed since."""
    settings = workspace.settings
    basis = measured_on(workspace, scope.subject)
    how = How(kpis=kpis_of(settings, scope.subject))
    due = periods_due(workspace, now, scope)
    result = compute_and_record(steps, workspace, due, now=now, how=how, tell=tell)
    name = scope.name(settings, now)
    note(workspace, MEASURE, name, now, {**basis, "withheld": withheld(result)})
    return result


def measure_on(
    steps: Steps,
    workspace: Workspace,
    wanted: Asked,
    *,
    now: datetime,
    how: How,
    tell: Tell = untold,
) -> Result:
    """Compute and record what was asked for; ``WrongUse`` while there are no facts.

    Asked for nothing in particular it is everything, whether it may have changed or not.
    """
    if not are_there(workspace):
        raise WrongUse("there are no facts yet.", todo="Run 'keepwell sync' first.")
    basis = basis_print(workspace)
    periods = periods_asked(workspace, (wanted,), now)
    result = compute_and_record(steps, workspace, periods, now=now, how=how, tell=tell)
    if (wanted, how) == (Asked(), How()):
        note(workspace, MEASURE, ALL, now, {**basis, "withheld": withheld(result)})
    return result


def withheld(result: Result) -> dict[str, list[str]]:
    """Return, by period, a sentence for each identity that does not hold."""
    found: dict[str, list[str]] = {}
    for period, one in result.breaks:
        found.setdefault(period, []).append(in_words(one))
    return found


def in_words(one: Break) -> str:
    """Return the sentence about one identity: what, where, by how much, and who."""
    where = "" if one.segment == ALL else f"in {one.segment} "
    who = f": {', '.join(one.customers)}" if one.customers else ""
    return (
        f"Revenue withheld: {where}{one.identity} does not hold, {one.left:,.2f} is not "
        f"{one.right:,.2f} (off by {one.off:,.2f}{who})."
    )


def _parts(
    steps: Steps,
    workspace: Workspace,
    periods: Sequence[Period],
    now: datetime,
    how: How,
    tell: Tell = untold,
) -> Iterator[Result]:
    facts, basis, done = facts_of(workspace), basis_of(workspace.settings), 0
    for some in blocks(periods):
        tell(done, len(periods), computing(some))
        done += len(some)
        request = Request(some, now, how.as_of, how.kpis, how.all_variants)
        measured = steps.compute(facts, basis, request)
        found = still_withheld(steps, workspace, request, measured.observations)
        yield Result(found, measured.breaks, measured.lacking)


def _together(parts: Iterable[Result]) -> Result:
    listed = list(parts)
    return Result(
        tuple(one for part in listed for one in part.observations),
        tuple(one for part in listed for one in part.breaks),
        {kpi: lacks for part in listed for kpi, lacks in part.lacking.items()},
        sum(part.new for part in listed),
        tuple(one for part in listed for one in part.restated),
    )


def blocks(periods: Sequence[Period]) -> Iterator[tuple[Period, ...]]:
    """Yield the periods a block at a time, short ones first; one block may hold several grains."""
    in_order = sorted(periods, key=lambda one: (list(Grain).index(one.grain), one.first_day))
    for start in range(0, len(in_order), BLOCK):
        yield tuple(in_order[start : start + BLOCK])


@flow(name="measure", flow_run_name="measure")
def measure(config: ConfigFile = CONFIG, now: Moment | None = None) -> State[object]:
    """Compute the KPIs of every period that may have changed, and record them.

    Args:
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    return shown("measure", lambda run: _measure(run, Path(config), now or datetime.now(UTC)))


def _measure(run: Run, config: Path, now: datetime) -> State[object]:
    with opened(config, os.environ) as workspace:
        run.named(f"measure {moment_in(workspace.settings.company.timezone, now)}")
        with howfar("measure", "Periods computed") as tell:
            result = catch_up(on_prefect(took=run.timed), workspace, now=now, tell=tell)
        state, past = verdict(result), by_cell(result.observations)
        links = {}
        for grain in sorted({one.grain for one in result.observations}, key=list(Grain).index):
            rows = scorecard_rows(workspace.settings, past, grain)
            links[f"the {grain}"] = table(f"measured-{grain}", rows, f"Newest {grain} measured")
        leave_report(run, workspace, "Measure", (), state, links)
    return state


def verdict(result: Result) -> State[object]:
    """Return how the run ended: all recorded, or held because the books do not balance."""
    if not result.breaks:
        return Completed(message=f"{result.new:,} values are new or changed.")
    sentences = [one for listed in withheld(result).values() for one in listed]
    return Completed(name="Withheld", message=" ".join(sentences[:5]))
