"""What came of the whole matrix? ``python -m tests.faults`` runs it and prints the figures.

--seeds N     how many random kills (200)
--only WORD   only cells whose trouble or destination has this word in it, and no random kills
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import monotonic
from typing import Any, TypeVar

from tests.faults.cells import KILLS, Cell, Kill, cell, prepare
from tests.faults.clocks import CLOCKS, Told, told
from tests.faults.command import MOMENTS, ran
from tests.faults.fulldisk import ROOM, full, growing_no_more
from tests.faults.laws import Outcome
from tests.faults.randomly import Drawn, drawn, events
from tests.faults.stores import database, nowhere
from tests.faults.together import STOPS, Together, asleep, at_once
from tests.faults.troubles import TROUBLES, Trouble

Found = TypeVar("Found")
LETTERS = "0abcdefghijklmnop"

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
        wrongs += [*_random(asked.seeds), *_together(), *_full_disks(), *_clocks(), *_commands()]
    _say(f"\n{monotonic() - began:.0f} seconds in all; broken laws: {len(wrongs)}")
    for wrong in wrongs:
        _say(f"  {wrong}")
    return 1 if wrongs else 0


def _at_once(do: Callable[..., Found], asked: Iterable[Sequence[Any]]) -> list[Found]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda one: do(*one), asked))


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
    cells = _at_once(_cell, asked)
    _table(cells)
    return [f"{one.channel}, {one.trouble}, {one.kill}: {w}" for one in cells for w in one.wrongs]


def _cell(channel: str, trouble: Trouble, kill: Kill) -> Cell:
    try:
        return cell(channel, trouble, kill)
    except (RuntimeError, TimeoutError) as error:
        return Cell(channel, trouble.name, kill.name, has_hit=False, wrongs=(str(error),))


def _table(cells: Sequence[Cell]) -> None:
    _say("Killed at:")
    for letter, kill in zip(LETTERS, KILLS, strict=False):
        _say(f"  {letter}  {'not at all' if kill.name == '-' else kill.name}")
    _say(
        "\nHow often each message arrived; r: refused first and told, then mended and sent by hand;"
    )
    _say(
        "w: waited and told, then mended; u: unsure, a person is told; .: this moment never came.\n"
    )
    _say(f"{'':<9}{'':<32}" + "".join(f"{x:>6}" for x, _ in zip(LETTERS, KILLS, strict=False)))
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
    counted = ", ".join(f"{len(events(channel))} of {channel}" for channel in TROUBLES)
    _say(f"\nEvents of a run at which it can be killed: {counted}.")
    every = _at_once(drawn, [(seed,) for seed in range(1, count + 1)])
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


def _together() -> list[str]:
    _say("\nSeveral senders at once, and one that falls asleep for longer than its lease:")
    wrongs = []
    for name, store in (("SQLite", nowhere), ("PostgreSQL", database)):
        asked = [(channel, what, store()) for channel in TROUBLES for what in (2, 3, *STOPS)]
        found = _at_once(_one_together, asked)
        for channel in TROUBLES:
            cells = [
                f"{what}: {_range(one.counts)}{'*' if one.errors else ''}"
                for (there, what, _), one in zip(asked, found, strict=True)
                if there == channel
            ]
            _say(f"  {name:<10} {channel:<8} {'; '.join(cells)}")
        wrongs += [
            f"{name}, {channel}, {what}: {wrong}"
            for (channel, what, _), one in zip(asked, found, strict=True)
            for wrong in one.wrongs
        ]
    _say(
        "  (*: it slept inside a write to the store, so the others said so and another run did it)"
    )
    return wrongs


def _one_together(channel: str, what: int | str, url: str) -> Together:
    return (at_once if isinstance(what, int) else asleep)(channel, what, url)


def _range(counts: Iterable[int]) -> str:
    return "-".join(map(str, sorted(set(counts))))


def _full_disks() -> list[str]:
    asked = [(channel, room) for channel in TROUBLES for room in ROOM]
    found = _at_once(growing_no_more, asked)
    stopped = [one for one in found if one.error]
    _say(
        f"\nA file that may not grow, {len(asked)} sizes: {len(stopped)} runs stopped with an error."
    )
    try:
        real = _at_once(full, [(channel,) for channel in TROUBLES])
    except PermissionError as error:
        _say(f"A real full disk: not tried, {error}.")
        real = []
    for one in real:
        _say(f"A real full disk: {one.arrived} sent. {one.error.partition(' (')[0]}")
    return [f"full disk: {wrong}" for one in (*found, *real) for wrong in one.wrongs]


def _clocks() -> list[str]:
    asked = [(channel, name) for channel in ("slack", "email") for name in CLOCKS]
    found = _at_once(_one_clock, asked)
    _say("\nWrong clocks, killed when the message was taken and not answered:")
    for (channel, name), one in zip(asked, found, strict=True):
        _say(
            f"  {channel:<8} {name:<28} arrived {_range(one.counts)}, {one.seconds:.1f} s to finish"
        )
    return [
        f"{channel}, clock {name}: {wrong}"
        for (channel, name), one in zip(asked, found, strict=True)
        for wrong in one.wrongs
    ]


def _one_clock(channel: str, name: str) -> Told:
    return told(channel, *CLOCKS[name])


def _commands() -> list[str]:
    _say("\nThe command `keepwell digest --send` itself, all channels, killed and run once more:")
    wrongs = []
    for moments in [[one] for one in MOMENTS] + [list(MOMENTS)]:
        one = ran(moments)
        named = ", ".join(" ".join(moment) for moment in moments)
        _say(f"  {one.kills} kills ({named}): exit {one.exit_code} after {one.seconds:.1f} s")
        wrongs += [f"command killed at {named}: {wrong}" for wrong in one.wrongs]
    return wrongs
