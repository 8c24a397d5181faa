"""Has a value been on one side of what was usual for many periods in a row?

Each of them may be ordinary; that all of them are above is not. It is worth a line in the digest
and wakes nobody: the windows of the spike rule do that, when there is enough to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from pydantic import Field

from tasks.model import Base, Finding, Observation, Severity, Status
from tasks.rules.base import Case, Rule, RuleSettings, Screen, Subject, rule
from tasks.rules.baseline import MEMORY
from tasks.rules.history import Floats, History
from tasks.rules.outlook import can_be_read
from tasks.rules.words import UNITS_OF_TIME, amount, odds, signed


class TrendSettings(RuleSettings):
    """What can be set for the trend rule."""

    run: int = Field(
        default=8,
        ge=4,
        le=26,
        description="tell when so many periods in a row are on the same side of what was usual "
        "before them",
    )


def judge(case: Case, settings: TrendSettings) -> tuple[Finding, ...]:
    """Return a finding in the very period in which a run on the bad side is long enough.

    Usual is the median of the periods before the run; of a stock, it is its change from close to
    close that is looked at. The run is told once, not again while it goes on.
    """
    seen = case.history.newest
    if seen is None or seen.value is None or not can_be_read(case.subject):
        return ()
    is_unfinished = case.subject.base is Base.RISING and seen.status is Status.PROVISIONAL
    if is_unfinished or (seen.n is not None and seen.n < settings.min_n):
        return ()
    memory = MEMORY[case.history.cell.grain]
    values = _looked_at(case.history.values, case.subject)[-memory.reach - settings.run :]
    usual = _usual(values, settings.run, memory.enough)
    side = 0 if usual is None else run_side(values - usual, settings.run)
    direction = {1: "up", -1: "down"}.get(side)
    if usual is None or direction is None or case.subject.bad not in {None, direction}:
        return ()
    return (_finding(case, seen, (usual, direction), settings),)


def run_side(distances: Floats, run: int) -> int:
    """Return 1 or -1 when the last ``run`` distances, and not the one before, have that sign.

    0 when there is no such run; a missing value breaks one.
    """
    last = np.sign(distances[-run:])
    side = int(last[-1]) if len(last) == run and np.isfinite(last[-1]) else 0
    is_run = side != 0 and bool((last == side).all())
    is_new = len(distances) > run and np.sign(distances[-run - 1]) != side
    return side if is_run and is_new else 0


def _looked_at(values: Floats, subject: Subject) -> Floats:
    return np.diff(values) if subject.base is Base.LEVEL else values


def _usual(values: Floats, run: int, enough: int) -> float | None:
    before = values[:-run][np.isfinite(values[:-run])]
    return float(np.median(before)) if len(before) >= enough else None


def _finding(
    case: Case, seen: Observation, found: tuple[float, str], settings: TrendSettings
) -> Finding:
    usual, direction = found
    chance = 0.5**settings.run
    return Finding(
        rule="trend",
        cell=case.history.cell,
        period=seen.period,
        severity=settings.severity or Severity.INFO,
        direction=direction,
        sentence=_sentence(case, usual, direction, settings.run),
        observed=seen.value,
        expected=Decimal(f"{usual:.10g}") if case.subject.base is not Base.LEVEL else None,
        chance=chance,
        window=settings.run,
    )


def _sentence(case: Case, usual: float, direction: str, run: int) -> str:
    """Return ``CSAT: 8 weeks in a row below the usual 90 %; chance by luck 1 in 300``."""
    subject, was = case.subject, Decimal(f"{usual:.10g}")
    where = "above" if direction == "up" else "below"
    facts = f"{where} the usual {amount(was, subject)}"
    if subject.base is Base.LEVEL:
        facts = f"with a change {where} the usual {signed(was, subject)}"
    periods = UNITS_OF_TIME[case.history.cell.grain][1]
    return f"{subject.name}: {run} {periods} in a row {facts}; chance by luck {odds(0.5**run)}."


def screen(
    histories: Sequence[History], _subject: Subject, settings: TrendSettings
) -> tuple[Screen, ...]:
    """Return where a past has to be looked at for alerts: nowhere, unless somebody made it loud."""
    is_loud = settings.severity is not None
    return tuple(Screen(frozenset(range(len(one) if is_loud else 0))) for one in histories)


TREND = rule(
    Rule(
        "trend",
        "Finds a value that has been on the bad side of its usual for many periods in a row.",
        TrendSettings,
        judge,
        screen=screen,
    )
)
