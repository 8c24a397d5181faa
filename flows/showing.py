"""What does the Prefect UI show of a run while it goes on? Its name, its tags, and how it ended.

The flows are wrapped in ``shown``; what they do is a plain function that is given the ``Run``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client

from flows.ended import HELD, refused, tag_of, told, without_tracebacks, word_of
from flows.heartbeat import beat_for
from flows.lateness import MOST, too_late
from tasks.calendar import zone_named
from tasks.errors import KeepwellError, Retry
from tasks.masking import WithoutSecrets
from tasks.store import Outcome

if TYPE_CHECKING:
    from datetime import timedelta

    from prefect.client.schemas.objects import State

OURS = "keepwell"
KNOWN = "operators-know"  # the tag of a run whose failure the operators have been told
MAY_RECOVER = "may-recover"  # the tag of one that failed for a reason that often passes by itself

without_tracebacks()


@dataclass(slots=True)
class Run:
    """The run that is going on: what it is called, its tags, and how long its steps took."""

    kind: str
    id: UUID | None = None
    tags: dict[str, None] = field(default_factory=dict)
    took: list[tuple[str, float]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def current(cls, kind: str) -> Run:
        """Return the run this process is in."""
        known = runtime.flow_run.id
        own = dict.fromkeys(runtime.flow_run.tags) if known else {}
        return cls(kind, UUID(str(known)) if known else None, own)

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self.began

    def named(self, name: str, *tags: str) -> None:
        """Call the run by what it has turned out to be about, and give it these tags."""
        self._update((OURS, self.kind, *tags), name)

    def tagged(self, *tags: str) -> None:
        """Give the run these tags, beside whose it is and what it does."""
        wanted = (OURS, self.kind, *tags)
        if not self.tags.keys() >= set(wanted):
            self._update(wanted)

    def timed(self, step: str, seconds: float) -> None:
        """Note how long a step took."""
        self.took.append((step, seconds))

    def timing(self, also: Callable[[str, float], None]) -> Callable[[str, float], None]:
        """Return what notes how long a step took, and tells somebody else as well."""

        def timed(step: str, seconds: float) -> None:
            self.timed(step, seconds)
            also(step, seconds)

        return timed

    def _update(self, tags: Iterable[str], name: str | None = None) -> None:
        self.tags |= dict.fromkeys(tags)
        if self.id is not None:
            with get_client(sync_client=True) as client:
                client.update_flow_run(self.id, name=name, tags=list(self.tags))


def shown(
    kind: str, work: Callable[[Run], State[object]], *, most: timedelta = MOST
) -> State[object]:
    """Do the work of a flow and return how it ended, as the UI can find it.

    A run that is too late (``most`` is how late it may be) does nothing. What Keepwell raises on
    purpose ends the run as failed, in its own words; anything else is a mistake of ours and keeps
    its traceback.
    """
    run = Run.current(kind)
    state = too_late(most) or _worked(run, work)
    word = word_of(state)
    run.tagged(*filter(None, [tag_of(word)]))
    _beat(word, state)
    return told(state)


def _beat(word: str, state: State[object]) -> None:
    """Tell whoever listens outside how the run ended; that this fails is worth a warning."""
    config = runtime.flow_run.parameters.get("config")
    ended = Outcome.FAILED if state.is_failed() else Outcome.DONE
    outcome = Outcome.HELD if word == HELD else ended
    if config and (why := beat_for(Path(config), os.environ, outcome, datetime.now(UTC))):
        get_run_logger().warning(why)


def _worked(run: Run, work: Callable[[Run], State[object]]) -> State[object]:
    try:
        with WithoutSecrets():  # the server keeps what any error says
            return work(run)
    except KeepwellError as problem:
        if isinstance(problem, Retry):
            run.tagged(MAY_RECOVER)
        return refused(problem)


def moment_in(zone: str, now: datetime) -> str:
    """Return ``21 Nov 14:30`` as the company's clock shows it."""
    return f"{now.astimezone(zone_named(zone)):%-d %b %H:%M}"
