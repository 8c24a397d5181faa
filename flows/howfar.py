"""How far has long work come? A bar in the Prefect UI says it; short runs and commands have none.

``with howfar("backfill", "Backfill 2025-01 to 2025-12") as tell:`` gives a function that is told
``tell(periods_done, periods_in_all, "computing 2025-W07")``, as often as one likes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from prefect import runtime

if TYPE_CHECKING:
    from uuid import UUID

SHORT_S = 3.0  # work that is over by then has no bar
APART_S = 2.0  # a server is not written to more often than anybody looks
WHOLE = 100.0


class Tell(Protocol):
    """Takes how much is done, of how much, and what is being done now."""

    def __call__(self, done: float, total: float, doing: str = "") -> None:
        """Tell it."""
        ...


def untold(done: float, total: float, doing: str = "") -> None:
    """Tell nobody."""


class Bar(Protocol):
    """Where progress is shown: percent, and a line of text."""

    def __call__(self, percent: float, text: str) -> None:
        """Show it."""
        ...


@dataclass(slots=True)
class Pace:
    """Lets through what is worth showing: nothing of short work, and no more than anybody reads."""

    show: Bar
    what: str
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)
    shown_at: float | None = None

    def __post_init__(self) -> None:
        """Begin now."""
        self.began = self.clock()

    def tell(self, done: float, total: float, doing: str = "") -> None:
        """Show how far the work is, if it is time to."""
        now = self.clock()
        since = SHORT_S if self.shown_at is None else APART_S
        if now - (self.began if self.shown_at is None else self.shown_at) >= since:
            self.shown_at = now
            self.show(percent(done, total), text(self.what, done, total, doing))

    def end(self) -> None:
        """Show that all is done, where anything was shown."""
        if self.shown_at is not None:
            self.show(WHOLE, f"{self.what}: done")


@dataclass(slots=True)
class Counted:
    """Counts the steps that are over, for a bar: those whose names begin with ``what``."""

    tell: Tell
    total: int
    what: str
    done: int = 0

    def began(self, doing: str) -> None:
        """Tell what is being done now."""
        self.tell(self.done, self.total, doing)

    def took(self, step: str, _seconds: float) -> None:
        """Count a step that is over."""
        self.done += step.startswith(self.what)


def percent(done: float, total: float) -> float:
    """Return how much is done, never quite all of it: the end of the work says that."""
    return min(round(WHOLE * done / total, 1), 99.0) if total > 0 else 0.0


def text(what: str, done: float, total: float, doing: str = "") -> str:
    """Return ``Sync: 2 of 7, reading crm``."""
    counted = f"{what}: {done:,.0f} of {total:,.0f}"
    return f"{counted}, {doing}" if doing else counted


@contextmanager
def howfar(kind: str, what: str) -> Iterator[Tell]:
    """Give what is told how far ``what`` has come; on Prefect it shows as ``progress-KIND``."""
    if runtime.flow_run.id is None:
        yield untold
        return
    pace = Pace(_Artifact(f"progress-{kind}"), what)
    yield pace.tell
    pace.end()


@dataclass(slots=True)
class _Artifact:
    """A progress artifact of this run, made when there is something to show."""

    key: str
    id: UUID | None = None

    def __call__(self, percent: float, text: str) -> None:
        from prefect.artifacts import create_progress_artifact, update_progress_artifact  # noqa: PLC0415

        if self.id is None:
            made = create_progress_artifact(percent, key=self.key, description=text)
            self.id = cast("UUID", made)
        else:
            update_progress_artifact(self.id, percent, description=text)
