"""Can the number be trusted: is it all there, is it comparable, is it still what it was?

What makes the newest number doubtful has the direction ``data``: nothing else is then said about
that cell. A past number that is another now, or refused rows, leave the newest as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
from pydantic import Field

from tasks.model import ALL, UNSAID, Finding, Grain, Observation, Severity
from tasks.rules.base import Case, Rule, Screen, SimpleSettings, Subject, rule
from tasks.rules.circumstances import Revised, Supply
from tasks.rules.history import DAYS_IN_WEEK, History, position
from tasks.rules.outlook import EVENTS
from tasks.rules.samples import collapse, falls_short
from tasks.rules.words import amount, named, number, share_of, this

STEADY = 3  # periods in a row with a value: a segment that used to have one
FEWEST_SEGMENTS = 3
FEWEST_REFUSED = 10  # rows
LEAST_EVENTS = 3  # a customer more or less in an old week is no restatement to wake anybody
_WRONG = ("are in quarantine", "came more than once")
LOOKED_BACK = 8  # periods whose largest sample is held against the next, to see where to look
MAY_BE_LOST = 0.6
FEWEST_VALUES = 8  # that a spread is worth something


class DataQualitySettings(SimpleSettings):
    """What can be set for data quality: from which shares on it is told."""

    null_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="tell when this share of the segments that had a value in the three periods "
        "before has none now: 0.5 is half of them",
    )
    refused_share: float = Field(
        default=0.05,
        gt=0,
        le=1,
        description="tell when this share of a table's rows is in quarantine (wrong values, broken "
        "references): 0.05 is 5 %",
    )
    duplicate_share: float = Field(
        default=0.2,
        gt=0,
        le=1,
        description="tell when this share of a table's rows came more than once: 0.2 is 20 %",
    )
    restated: float = Field(
        default=0.05,
        gt=0,
        description="tell when a value that was reported before is now another by this share of "
        "itself: 0.05 is 5 %",
    )
    restated_spreads: float = Field(
        default=3.0,
        gt=0,
        description="or by so many standard deviations of what it has been",
    )


def judge(case: Case, settings: DataQualitySettings) -> tuple[Finding, ...]:
    """Return what is wrong with the newest number, or with an older one that was told before."""
    seen = case.history.newest
    if seen is None or seen.value is None:
        return ()
    return (
        *_incomplete(case, seen, settings),
        *_redefined(case, seen, settings),
        *_missing_segments(case, seen, settings),
        *_refused(case, seen, settings),
        *_restated(case, seen, settings),
    )


def _incomplete(case: Case, seen: Observation, settings: DataQualitySettings) -> Iterator[Finding]:
    """Yield a finding when the sample lost half its size: fewer answers are no better answers.

    Where rows are missing, they are missing in the whole, or in most segments; where one small
    segment alone is smaller than it was, that is how it is.
    """
    lost = collapse(case.history, case.subject, len(case.history) - 1)
    if lost is None or not _is_borne_out(case):
        return
    said = (
        f"The data look incomplete: {number(Decimal(lost.size))} {case.subject.of or 'rows'} "
        f"{this(case.history.cell.grain)}, usually {number(Decimal(lost.usual))}. "
        "Not judged until they are complete."
    )
    yield _finding(case, seen, settings, "data", said, expected=Decimal(lost.usual))


def _is_borne_out(case: Case) -> bool:
    """Return whether the whole lacks rows as well, or most segments beside this one do."""
    dimension = case.history.cell.segment_dimension
    now = [one for one in case.siblings if one.periods and one.periods[-1] == case.period]
    whole = [one for one in now if not _is_segment(one)]
    if dimension == ALL or any(map(falls_short, whole)):
        return True
    beside = [
        one
        for one in now
        if one.cell.segment_dimension == dimension and one.cell != case.history.cell
    ]
    lost = [one for one in beside if collapse(one, case.subject, len(one) - 1)]
    return 2 * len(lost) > len(beside) if beside else not whole


def _redefined(case: Case, seen: Observation, settings: DataQualitySettings) -> Iterator[Finding]:
    """Yield a finding when the newest value and the one before follow different definitions."""
    before = case.history.observations[-2:-1]
    if not before or before[0].definition_version == seen.definition_version:
        return
    said = (
        f"{case.subject.name} is computed by definition {seen.definition_version} "
        f"{this(case.history.cell.grain)}, before by definition {before[0].definition_version}: "
        "the numbers can't be compared. Measure the past again."
    )
    yield _finding(case, seen, settings, "data", said)


def _missing_segments(
    case: Case, seen: Observation, settings: DataQualitySettings
) -> Iterator[Finding]:
    if case.history.cell.segment_dimension != ALL:
        return
    here = position(case.period)
    steady = [one for one in case.siblings if _is_segment(one) and _was_there(one, here)]
    gone = [one for one in steady if not _is_there(one, case.period.key)]
    share = len(gone) / len(steady) if steady else 0.0
    if len(gone) < FEWEST_SEGMENTS or share < settings.null_share:
        return
    weeks = "weeks " if case.history.cell.grain is Grain.DAY else ""
    said = (
        f"{case.subject.name} has no value {this(case.history.cell.grain)} for {len(gone)} of "
        f"{len(steady)} segments that had one in each of the {STEADY} {weeks}before."
    )
    yield _finding(case, seen, settings, "data", said)


def _is_segment(history: History) -> bool:
    return history.cell.segment_dimension != ALL


def _was_there(history: History, here: int) -> bool:
    step = DAYS_IN_WEEK if history.cell.grain is Grain.DAY else 1  # a Saturday after Saturdays
    newest = slice(-STEADY * step - 1, None)  # this period may be among them
    pairs = zip(history.periods[newest], history.observations[newest], strict=True)
    back = {here - position(period) for period, seen in pairs if seen.value is not None}
    return {*range(step, STEADY * step + 1, step)} <= back


def _is_there(history: History, key: str) -> bool:
    seen = history.of(key)
    return seen is not None and (seen.value is not None or seen.null_reason not in UNSAID)


def _refused(case: Case, seen: Observation, settings: DataQualitySettings) -> Iterator[Finding]:
    if case.history.cell.segment_dimension != ALL:
        return
    for one in case.supplies:
        if one.told_by not in {"", case.subject.key} or not one.read:
            continue
        limits = (settings.refused_share, settings.duplicate_share)
        for rows, limit, what in zip((one.refused, one.doubles), limits, _WRONG, strict=True):
            if rows >= FEWEST_REFUSED and rows / one.read >= limit:
                said = _refusal(one, rows, what, case.subject)
                yield _finding(case, seen, settings, "up", said)


def _refusal(one: Supply, rows: int, what: str, subject: Subject) -> str:
    why = f", mostly: {one.why}" if one.why and rows == one.refused else ""
    return (
        f"{one.source}: {rows:,} of {one.read:,} rows of {one.table} "
        f"({share_of(Decimal(rows) / one.read)}) {what}{why}. {subject.name} rests on them."
    )


def _restated(case: Case, seen: Observation, settings: DataQualitySettings) -> Iterator[Finding]:
    """Yield a finding for each reported value that is another now, by more than it ever was."""
    spread = _spread(case.history)
    for one in case.revised:
        before, after = one.before.value, one.after.value
        if before is None or after is None or not _is_worth_telling(one, case.subject):
            continue
        moved, size = abs(float(after - before)), abs(float(before))
        is_far = moved > settings.restated * size
        is_wide = spread is not None and moved > settings.restated_spreads * spread
        if is_far or is_wide:
            direction = "up" if after > before else "down"
            yield _finding(case, seen, settings, direction, _restatement(case, one))


def _is_worth_telling(one: Revised, subject: Subject) -> bool:
    was, now = one.before.numerator, one.after.numerator
    if subject.family not in EVENTS or was is None or now is None:
        return True
    return abs(now - was) >= LEAST_EVENTS


def _spread(history: History) -> float | None:
    known = history.values[np.isfinite(history.values)]
    return float(np.std(known, ddof=1)) if len(known) >= FEWEST_VALUES else None


def _restatement(case: Case, one: Revised) -> str:
    periods = (each for each in case.history.periods if each.key == one.after.period)
    period = next(periods, None)
    when = named(period, case.period) if period else one.after.period
    was = amount(one.before.value or Decimal(0), case.subject)
    now = amount(one.after.value or Decimal(0), case.subject)
    return f"{case.subject.name} of {when} was reported as {was} and is {now} now."


def screen(
    histories: Sequence[History], _subject: Subject, _settings: DataQualitySettings
) -> tuple[Screen, ...]:
    """Return where a sample may have lost its half, or a definition changed.

    The whole is also asked about its segments, in every period.
    """
    return tuple(
        Screen(frozenset(range(len(one)) if one.cell.segment_dimension == ALL else _doubtful(one)))
        for one in histories
    )


def _doubtful(history: History) -> set[int]:
    sizes = np.nan_to_num(history.sizes)
    padded = np.concatenate([np.zeros(LOOKED_BACK), sizes])
    before = np.lib.stride_tricks.sliding_window_view(padded, LOOKED_BACK)[:-1].max(axis=1)
    small = {int(place) for place in np.flatnonzero(sizes < before * MAY_BE_LOST)}
    first = position(history.periods[0]) if history.periods else 0
    versions = [seen.definition_version for seen in history.observations]
    new = (
        position(period) - first
        for period, now, then in zip(history.periods[1:], versions[1:], versions, strict=False)
        if now != then
    )
    return small.union(new)


def _finding(
    case: Case,
    seen: Observation,
    settings: DataQualitySettings,
    direction: str,
    said: str,
    expected: Decimal | None = None,
) -> Finding:
    return Finding(
        rule="data_quality",
        cell=case.history.cell,
        period=seen.period,
        severity=settings.severity or Severity.WARNING,
        direction=direction,
        sentence=said,
        observed=seen.numerator,
        denominator=seen.denominator,
        expected=expected,
    )


DATA_QUALITY = rule(
    Rule(
        "data_quality",
        "Finds numbers that are incomplete, not comparable, or others than were reported.",
        DataQualitySettings,
        judge,
        screen=screen,
    )
)
