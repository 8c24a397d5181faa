"""Chance without accidents: draws that look natural and never invent an incident of their own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tasks.sample.story import Spread

T = TypeVar("T")
Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]

FURTHEST = 1.0  # in standard deviations: how far a usual week strays from its mean
PACK = 40  # how many cards are laid out at a time
GOLDEN = (5**0.5 - 1) / 2  # turning by it never comes back to the same place, nor near it soon
QUANTILES = 101  # how finely a lopsided quantity is cut


def chance(seed: int, subject: str) -> np.random.Generator:
    """Return the stream of one subject, so that changing one leaves the others as they were."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(subject.encode())]))


def odds(share: float) -> dict[bool, float]:
    """Return the shares of something that is so in ``share`` of cases."""
    return {True: share, False: 1 - share}


def steady(rng: np.random.Generator, expected: Reals) -> Numbers:
    """Return counts near ``expected``: Poisson's spread, without its tails."""
    strays = np.clip(rng.standard_normal(expected.shape), -FURTHEST, FURTHEST)
    counts: Numbers = np.maximum(0, np.rint(expected + np.sqrt(expected) * strays)).astype(np.int64)
    return counts


def shuffled(rng: np.random.Generator, shares: Mapping[T, float], size: int) -> Numbers:
    """Return ``size`` positions in ``shares``, in exact proportion and random order."""
    edges = np.cumsum(np.fromiter(shares.values(), float))
    places = (np.arange(size) + rng.random()) / max(size, 1) * edges[-1]
    return rng.permutation(np.minimum(np.searchsorted(edges, places, side="right"), len(edges) - 1))


def evenly(rng: np.random.Generator, shares: Mapping[T, float], groups: Numbers) -> Numbers:
    """Return a position in ``shares`` for each row; the rows are in the order of time.

    Each of the ``groups`` has its shares not only in the end but in every stretch of time, so
    that no week of a small group stands out by luck.
    """
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    turns = np.empty(groups.size)
    turns[order] = np.arange(groups.size) - np.searchsorted(ordered, ordered)
    starts = rng.random(int(groups.max(initial=0)) + 1)
    edges = np.cumsum(np.fromiter(shares.values(), float))
    places = (turns * GOLDEN + starts[groups]) % 1 * edges[-1]
    found: Numbers = np.minimum(np.searchsorted(edges, places, side="right"), edges.size - 1)
    return found


def dealt(rng: np.random.Generator, weights: Mapping[T, float], size: int = PACK) -> Iterator[T]:
    """Deal the keys of ``weights`` for ever, each as often as it weighs and evenly apart.

    Of every ``size`` cards a key gets its share to within one card, so that neither a customer
    segment nor a week gets more than its luck.
    """
    total = sum(weights.values())
    while True:
        laid: list[tuple[float, int, T]] = []
        for number, (key, weight) in enumerate(weights.items()):
            copies = int(size * weight / total + rng.random())
            strays = rng.random(copies)
            laid += [((at + strays[at]) / copies, number, key) for at in range(copies)]
        yield from (key for _, _, key in sorted(laid, key=lambda card: card[:2]))


def sizes(rng: np.random.Generator, spread: Spread, most: int) -> Iterator[int]:
    """Deal whole numbers from a log-normal ``spread`` for ever, at least 2 and at most ``most``."""
    normal = NormalDist()
    ladder = [
        int(
            np.exp(np.log(spread.median) + spread.sigma * normal.inv_cdf((step + 0.5) / QUANTILES))
            + 0.5
        )
        for step in range(QUANTILES)
    ]
    while True:
        yield from (min(most, max(2, ladder[step])) for step in rng.permutation(QUANTILES))
