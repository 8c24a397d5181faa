"""How often is somebody disturbed in a year in which nothing happens but chance?

A company of 600 customers whose weeks are honest draws, with all segments and the rules as they
come. `watch` looks at what had happened by each of the mornings; in the hours between it would find
the same exports of the night and look at nothing. A digest pushes nothing, so none is written.
Prints, for each seed, how many alerts each of two recipients got, and the most in one month; fails
where that is more than one. A look takes six seconds of a processor, so it is two mornings a week
unless told otherwise. `make bench` runs one seed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from flows.measure import catch_up
from flows.plan import TOLD, Scope
from flows.steps import by_hand
from flows.sync import bring_in_news
from flows.watch import look_and_push
from flows.workspace import Workspace, opened
from tasks.episode import Event, Step
from tasks.store import entries

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company ruled by chance is among our tests

from tests.stories.telling import CONFIG, export
from tests.stories.world import World

HISTORY = 56  # weeks before the year begins
YEAR = 52
RECIPIENTS = ("file:alerts", "file:board")
ALERT = "alert"
Tell = Callable[[str], object]
MOST_A_MONTH = 1
MORNINGS = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 5: (0, 1, 2, 3, 4)}  # days of a week


@dataclass
class Year:
    """What was pushed: kinds of messages, by recipient and month."""

    pushed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    known: set[int] = field(default_factory=set)
    mornings: int = 0

    def enter(self, workspace: Workspace, now: datetime) -> None:
        """Count what is new in the outbox."""
        new = [one for one in entries(workspace.store) if one.id not in self.known]
        self.known |= {one.id for one in new}
        self.pushed.update((one.kind, one.recipient, f"{now:%Y-%m}") for one in new)
        self.mornings += 1

    def count(self, kind: str) -> int:
        """Return how many messages of a kind each recipient got, on average."""
        found = sum(n for (one, _, _), n in self.pushed.items() if one == kind)
        return found // len(RECIPIENTS)

    @property
    def most_a_month(self) -> int:
        """The most alerts that one recipient got in one month."""
        return max((n for (kind, _, _), n in self.pushed.items() if kind == ALERT), default=0)


def quiet_year(
    folder: Path, seed: int, *, weeks: int = YEAR, mornings: int = 2, tell: Tell = print
) -> Year:
    """Return what is pushed in ``weeks`` weeks of a company ruled by chance."""
    world = World(seed=seed, weeks=HISTORY + weeks, told=HISTORY + weeks)
    export(folder, world)
    _live(folder)
    year, steps = Year(), by_hand(lambda *_: None)
    with opened(folder / "keepwell.yaml", {}) as workspace:
        bring_in_news(steps, workspace, now=world.now)
        catch_up(steps, workspace, now=world.now, scope=Scope(TOLD))
        for now in _mornings(world, weeks, mornings):
            made = look_and_push(steps, workspace, now=now).events
            year.enter(workspace, now)
            for one in made:
                tell(_told(now, one))
    return year


def _mornings(world: World, weeks: int, mornings: int) -> Iterator[datetime]:
    for week in range(HISTORY, HISTORY + weeks):
        for day in MORNINGS[mornings]:
            yield world.monday(week) + timedelta(days=day, hours=8)


def _live(folder: Path) -> None:
    """Write the configuration with alerts that reach two recipients from the first day on."""
    live = f"alerts: {{mode: live, to: [{', '.join(map(repr, RECIPIENTS))}]}}"
    text = CONFIG.partition("alerts:")[0] + live + "\n"
    (folder / "keepwell.yaml").write_text(text, encoding="utf-8")


def _told(now: datetime, step: Step) -> str:
    sentence = step.episode.sentence if step.episode else ""
    is_new = step.event is Event.OPENED
    return f"{now:%Y-%m-%d} {step.event} {step.episode}" + (f": {sentence}" if is_new else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for every seed; return 1 where a month has more alerts than it may."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--weeks", type=int, default=YEAR)
    parser.add_argument("--mornings", type=int, default=2, choices=MORNINGS, help="of a week")
    asked = parser.parse_args(arguments)
    print(f"{'seed':>6}{'mornings':>10}{'alerts':>8}{'most a month':>14}{'messages':>10}")
    missed = 0
    for seed in asked.seeds:
        began = process_time()
        with TemporaryDirectory() as folder:
            year = quiet_year(Path(folder), seed, weeks=asked.weeks, mornings=asked.mornings)
        is_missed = year.most_a_month > MOST_A_MONTH
        missed += is_missed
        messages = sum(year.pushed.values()) // len(RECIPIENTS)
        row = f"{seed:>6}{year.mornings:>10}{year.count(ALERT):>8}{year.most_a_month:>14}"
        took = f"{process_time() - began:.0f} s{'  NOT REACHED' if is_missed else ''}"
        print(f"{row}{messages:>10}  {took}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
