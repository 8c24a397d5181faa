"""What came of the whole matrix? ``python -m tests.faults`` runs it and prints the figures.

--seeds N     how many random kills (200)
--only WORD   only cells whose trouble or destination has this word in it, and no random kills
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import monotonic

from tests.faults.cells import KILLS, Cell, Kill, cell, prepare
from tests.faults.laws import Outcome
from tests.faults.randomly import Drawn, drawn, events
from tests.faults.troubles import TROUBLES, Trouble

AT_ONCE = 6 * (os.cpu_count() or 2)  # most of a run is waiting
ALL_SEEDS = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=ALL_SEEDS)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    began = monotonic()
    prepare()
    wrongs = _matrix(asked.only)
    if not asked.only:
        wrongs += _random(asked.seeds)
    _say(f"\n{monotonic() - began:.0f} seconds in all; broken laws: {len(wrongs)}")
    for wrong in wrongs:
        _say(f"  {wrong}")
    return 1 if wrongs else 0


def _say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _matrix(only: str) -> list[str]:
    asked = [
        (channel, trouble, kill)
        for channel, troubles in TROUBLES.items()
        for trouble in troubles
        for kill in KILLS
        if only in f"{channel} {trouble.name}"
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        cells = list(pool.map(lambda one: _cell(*one), asked))
    _table(cells)
    return [f"{one.channel}, {one.trouble}, {one.kill}: {w}" for one in cells for w in one.wrongs]


def _cell(channel: str, trouble: Trouble, kill: Kill) -> Cell:
    try:
        return cell(channel, trouble, kill)
    except (RuntimeError, TimeoutError) as error:
        return Cell(channel, trouble.name, kill.name, has_hit=False, wrongs=(str(error),))


def _table(cells: Sequence[Cell]) -> None:
    _say("Killed at:")
    for letter, kill in zip("0abcdefghijklmnop", KILLS, strict=False):
        _say(f"  {letter}  {'not at all' if kill.name == '-' else kill.name}")
    _say(
        "\nHow often each message arrived; r: refused first and told, then mended and sent by hand;"
    )
    _say(
        "w: waited and told, then mended; u: unsure, a person is told; .: this moment never came.\n"
    )
    _say(
        f"{'':<9}{'':<32}"
        + "".join(f"{x:>6}" for x, _ in zip("0abcdefghijklmnop", KILLS, strict=False))
    )
    for channel, name in dict.fromkeys((one.channel, one.trouble) for one in cells):
        row = [one for one in cells if (one.channel, one.trouble) == (channel, name)]
        _say(f"{channel:<9}{name:<32}" + "".join(f"{_shown(one):>6}" for one in row))
    finished = [one.seconds for one in cells]
    hits = sum(one.has_hit for one in cells)
    _say(
        f"\n{len(cells)} cells, {hits} kills. {_ends(o for one in cells for o in one.after.values())}"
    )
    _say(f"Seconds one more run took to finish: {_spread(finished)}.")


def _shown(one: Cell) -> str:
    if one.wrongs:
        return "WRONG"
    if one.kill != "-" and not one.has_hit:
        return "."
    before = {outcome.state for outcome in one.under.values()}
    mark = "r" if "refused" in before else "w" if "waiting" in before else ""
    mark += "u" if any(outcome.is_unsure for outcome in one.after.values()) else ""
    counts = {n for o in one.after.values() if not o.is_unsure for n in o.counts}
    return mark + "-".join(str(n) for n in sorted(counts))


def _ends(outcomes: Iterable[Outcome]) -> str:
    every = list(outcomes)
    twice = sum(max(one.counts) > 1 for one in every)
    unsure = [one for one in every if one.is_unsure]
    lost = sum(not one.is_unsure and min(one.counts) == 0 for one in every)
    there = sum(min(one.counts) > 0 for one in unsure)
    return (
        f"{len(every)} messages: {len(every) - len(unsure)} receipted, of these {twice} there "
        f"twice; {len(unsure)} unsure and told to a person ({there} of them are there); lost: {lost}."
    )


def _spread(seconds: Sequence[float]) -> str:
    return f"median {median(seconds):.1f}, longest {max(seconds):.1f}"


def _random(count: int) -> list[str]:
    for channel in TROUBLES:
        _say() if channel == "slack" else None
        _say(f"{channel}: {len(events(channel))} events to be killed at")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        every = list(pool.map(drawn, range(1, count + 1)))
    _say(f"Random kills, seeds 1 to {count}:")
    for channel in TROUBLES:
        _say(_line(channel, [one for one in every if one.channel == channel]))
    _say(f"Seconds the last run took to finish: {_spread([one.seconds for one in every])}.")
    return [wrong for one in every for wrong in one.wrongs]


def _line(channel: str, every: Sequence[Drawn]) -> str:
    runs, kills = sum(one.runs for one in every), sum(one.kills for one in every)
    parts = sum(one.arrived for one in every)
    ends = _ends(o for one in every for o in one.outcomes.values())
    return f"  {channel:<8} {len(every)} seeds, {runs} runs, {kills} kills that hit, {parts} parts arrived. {ends}"
