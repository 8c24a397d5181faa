"""Which alerts would the spike rule have opened, had it judged a whole history period by period?

Every period is judged by what was known before it, and what is said of it goes through the same
law as in daily use: an episode opens once and ends when it is over. After a new normal, history
begins where that normal began.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.alerts.lifecycle import advance
from tasks.episode import Episode, Event, Phase, Sign
from tasks.model import Cell, Finding, Period, Severity
from tasks.rules.collapse import incomplete
from tasks.rules.history import Floats
from tasks.rules.panel import Panel, Places
from tasks.rules.scales import Flags, Scales, kinds_of, scales_of
from tasks.rules.spike import CERTAIN
from tasks.rules.surprise import SIDES, Surprise, look_at

DATA = "data"


@dataclass(frozen=True)
class Past:
    """A panel with what its rows and columns are called, and the side that is bad news."""

    panel: Panel
    bad: str
    cells: Sequence[Cell]
    periods: Sequence[Period]


@dataclass(frozen=True, slots=True)
class Opening:
    """An alert that would have been opened: where, when, which way, and the chance by luck."""

    cell: Cell
    period: Period
    direction: str
    severity: Severity
    chance: float | None
    window: int


@dataclass(frozen=True)
class Track:
    """What is said of one cell and side in every period: alarming, calm, or nothing at all."""

    is_loud: Flags
    is_calm: Flags
    is_told: Flags
    chance: Floats
    length: Places

    @classmethod
    def of(cls, found: Surprise, row: int, budget: float) -> Track:
        """Return one row of ``found`` under a yearly budget of false alarms."""
        is_loud = found.is_told[row] & (found.cost[row] <= budget)
        return cls(
            is_loud, found.is_calm[row], found.is_told[row], found.chance[row], found.length[row]
        )

    def without(self, doubtful: Flags) -> Track:
        """Return the track with nothing said where the data are doubtful."""
        return replace(self, is_loud=self.is_loud & ~doubtful, is_told=self.is_told & ~doubtful)

    def next_said(self, column: int, *, is_under_way: bool) -> int | None:
        """Return the first column from ``column`` on that matters: a loud one to begin with."""
        matters = self.is_told if is_under_way else self.is_loud
        found = np.flatnonzero(matters[column:])
        return column + int(found[0]) if found.size else None


def openings(past: Past, budget: float) -> Iterator[Opening]:
    """Yield every alert that opens under a yearly ``budget`` of false alarms a cell and side."""
    everything = np.arange(len(past.periods))
    for rows, part in kinds_of(past.panel):
        scales = scales_of(part)
        found = look_at(scales, everything).surprises
        lost = incomplete(part, scales, found, past.bad)
        for row, place in enumerate(rows):
            for side in SIDES:
                track = Track.of(found[side], row, budget).without(lost[row])
                walk = _Walk(past.cells[place], past.periods, side, budget, scales, row)
                yield from walk.openings(track)
            yield from _incomplete(lost[row], past.cells[place], past.periods)


def _incomplete(lost: Flags, cell: Cell, periods: Sequence[Period]) -> Iterator[Opening]:
    """Yield an opening for every stretch of periods whose data look incomplete."""
    if lost.any():
        unknown, one = np.full(lost.shape, np.nan), np.ones(lost.shape, dtype=np.intp)
        track = Track(lost, ~lost, np.ones_like(lost), unknown, one)
        yield from _Walk(cell, periods, DATA, 0.0, None, 0).openings(track)


@dataclass(frozen=True)
class _Walk:
    """One cell and side, walked through from its first period to its last.

    ``row`` of ``scales`` is where the cell is; without scales nothing is ever rebased.
    """

    cell: Cell
    periods: Sequence[Period]
    side: str
    budget: float
    scales: Scales | None
    row: int

    def openings(self, track: Track) -> Iterator[Opening]:
        """Yield the openings; a level that has become normal is the baseline from then on."""
        episode: Episode | None = None
        column = track.next_said(0, is_under_way=False)
        while column is not None:
            step = advance(episode, self._sign(track, column))
            episode = step.episode
            if step.event is Event.OPENED:
                yield self._opening(track, column)
            if step.event is Event.NEW_NORMAL and episode is not None:
                track = self._rebased(track, episode)
            is_under_way = episode is not None and episode.phase is not Phase.CLOSED
            column = track.next_said(column + 1, is_under_way=is_under_way)

    def _sign(self, track: Track, column: int) -> Sign:
        period = self.periods[column]
        if not track.is_loud[column]:
            return Sign(period.grain, period, is_calm=bool(track.is_calm[column]))
        found = self._opening(track, column)
        finding = Finding(
            "spike",
            self.cell,
            period.key,
            found.severity,
            self.side,
            "",
            chance=found.chance,
            window=found.window,
        )
        return Sign(period.grain, period, finding)

    def _opening(self, track: Track, column: int) -> Opening:
        chance = float(track.chance[column])
        severity = Severity.CRITICAL if chance < CERTAIN else Severity.WARNING
        return Opening(
            self.cell,
            self.periods[column],
            self.side,
            severity,
            None if np.isnan(chance) else chance,
            int(track.length[column]),
        )

    def _rebased(self, track: Track, episode: Episode) -> Track:
        """Return the track as it is when nothing before the new normal is looked at."""
        if self.scales is None:
            return track
        first = next(
            i for i, each in enumerate(self.periods) if each.first_day == episode.rebased_on
        )
        scales = self.scales.since(first, self.row)
        found = look_at(scales, np.arange(len(self.periods))).surprises
        return Track.of(found[self.side], 0, self.budget)
