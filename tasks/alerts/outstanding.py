"""Does one segment move by more than luck beyond what its size would let it, or do all alike?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from tasks.alerts.drivers import ELSEWHERE, Drivers, History, Terms
from tasks.model import Family
from tasks.rules import special
from tasks.rules.history import Floats
from tasks.rules.laws import ShareLaw

EVENTS = frozenset({Family.BINOMIAL, Family.COUNT, Family.COUNT_RATE})
TELLING = 0.05  # all segments of a dimension together show one by luck in twenty cases
LEAST_SHARE = 0.25  # of the change, beyond its size: less explains little
FEWEST_PERIODS = 4
PSEUDO = 1.0  # events assumed in a segment beyond those seen: never is not impossible


@dataclass(frozen=True, slots=True)
class Standout:
    """One segment that moved beyond its size, by which share of the change, how likely by luck."""

    segment: str
    beyond_its_size: float
    chance: float


@dataclass(frozen=True, slots=True)
class _Table:
    """What was seen and what to expect of each segment (rows) in each period (columns)."""

    names: tuple[str, ...]
    seen: Floats
    expected: Floats

    @property
    def beyond(self) -> Floats:
        """How far each segment is from its share of everybody's change."""
        change = (self.seen - self.expected).sum(0)
        size = np.abs(self.expected)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(size.sum(0) > 0, size / size.sum(0), 1 / max(len(self.names), 1))
        return np.asarray(self.seen - self.expected - share * change)


def standout(
    parts: Mapping[str, History], terms: Terms, split: Drivers, family: Family
) -> Standout | None:
    """Return the segment that moved beyond its size in the newest period; None where none did.

    Counts are held against how their sum would be shared out by chance; everything else against
    how far the segment has strayed from the others before.
    """
    table = _table({name: seen for name, seen in parts.items() if name != ELSEWHERE}, terms)
    if len(table.names) < 2 or not split.change:  # noqa: PLR2004 - one segment is everybody
        return None
    change = float((table.seen - table.expected)[:, -1].sum())
    beyond = table.beyond[:, -1]
    row = int(np.argmax(beyond * np.sign(change)))
    share = float(beyond[row] / change) if change else 0.0
    if share < LEAST_SHARE:
        return None
    luck = _luck_of_counts if family in EVENTS and not terms.in_own_unit else _luck_of_amounts
    chance = min(luck(table, row, change) * len(table.names), 1.0)
    return Standout(table.names[row], share, chance) if chance < TELLING else None


def _table(parts: Mapping[str, History], terms: Terms) -> _Table:
    above, below = _numbers(parts, terms)
    return _Table(tuple(parts), above, _expected(above, below, terms))


def _numbers(parts: Mapping[str, History], terms: Terms) -> tuple[Floats, Floats]:
    """Return what each segment has above and below the line; nothing counts as zero."""
    above = [
        [0.0 if one is None or one.value is None else float(one.numerator or 0) for one in seen]
        for seen in parts.values()
    ]
    below = [
        [0.0 if one is None or one.value is None else float(one.denominator or 0) for one in seen]
        for seen in parts.values()
    ]
    shape = (len(parts), -1)
    numerators, denominators = np.array(above).reshape(shape), np.array(below).reshape(shape)
    if terms.is_rate:
        return numerators, denominators
    exact = np.where(denominators > 0, denominators, 1.0)
    return numerators / exact, np.ones_like(numerators)


def _expected(above: Floats, below: Floats, terms: Terms) -> Floats:
    """Return, for each period, what the periods before it (for the newest) or around it tell."""
    if terms.periods == 1:
        before = np.concatenate([above[:, :1], above[:, :-1]], axis=1)
        weight = np.concatenate([below[:, :1], below[:, :-1]], axis=1)
    else:
        past = np.arange(above.shape[1]) < above.shape[1] - 1
        before = above[:, past].sum(1, keepdims=True) - np.where(past, above, 0.0)
        weight = below[:, past].sum(1, keepdims=True) - np.where(past, below, 0.0)
    # a segment without a past is expected to be like everybody
    common = before.sum(0) / np.maximum(weight.sum(0), 1e-12)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(weight > 0, before / weight, common)
    return np.asarray(rate * below)


def _luck_of_counts(table: _Table, row: int, change: float) -> float:
    """Return how likely chance gives a segment so many, or so few, of all the events there are."""
    seen, expected = table.seen[:, -1], table.expected[:, -1]
    total = seen.sum()
    if total <= 0:
        return 1.0
    size = expected + PSEUDO * np.maximum(expected.sum(), 1.0) / len(seen) / 12
    share = float(size[row] / size.sum())
    law = ShareLaw(share * float(total), round(float(total)))
    return law.at_least(float(seen[row])) if change > 0 else law.at_most(float(seen[row]))


def _luck_of_amounts(table: _Table, row: int, _change: float) -> float:
    """Return how likely a segment strays so far from the others, if it does as it did before."""
    strayed = table.beyond[row]
    past = strayed[:-1]
    if len(past) < FEWEST_PERIODS:
        return 0.0  # nothing speaks against what its share says
    spread = float(np.sqrt(np.mean(past**2))) * sqrt(1 + 1 / len(past))
    if spread == 0:
        return 0.0
    return float(2 * special.stdtr(len(past) - 1, -abs(float(strayed[-1])) / spread))
