"""How far long work has come: shown when there is something to see, and not more often than read."""

from __future__ import annotations

from flows.howfar import Counted, Pace, howfar, percent, text, untold


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def paced() -> tuple[Pace, Clock, list[tuple[float, str]]]:
    shown: list[tuple[float, str]] = []
    clock = Clock()
    return Pace(lambda share, line: shown.append((share, line)), "Sync", clock), clock, shown


def test_short_work_shows_nothing() -> None:
    pace, clock, shown = paced()
    pace.tell(0, 4)
    clock.now = 2.9
    pace.tell(3, 4)
    pace.end()
    assert shown == []


def test_long_work_is_shown_every_two_seconds_and_ends_at_a_hundred() -> None:
    pace, clock, shown = paced()
    for clock.now, done in ((3.0, 1), (4.9, 2), (5.1, 3)):
        pace.tell(done, 4, "read crm")
    pace.end()
    assert shown == [
        (25.0, "Sync: 1 of 4, read crm"),
        (75.0, "Sync: 3 of 4, read crm"),
        (100.0, "Sync: done"),
    ]


def test_nothing_is_done_before_it_is() -> None:
    assert percent(4, 4) == 99.0
    assert percent(0, 0) == 0.0
    assert text("Backfill", 1200, 2400) == "Backfill: 1,200 of 2,400"


def test_steps_are_counted_by_what_they_do() -> None:
    told: list[tuple[float, float, str]] = []
    count = Counted(lambda done, total, doing="": told.append((done, total, doing)), 2, "read ")
    count.began("read crm")
    count.took("read crm", 1.0)
    count.took("load crm", 1.0)
    count.began("load crm")
    assert told == [(0, 2, "read crm"), (1, 2, "load crm")]


def test_by_hand_nobody_is_told() -> None:
    with howfar("sync", "Sync") as tell:
        assert tell is untold
        tell(1, 2, "read crm")
