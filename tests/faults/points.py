"""At which moments of a sender's work can it die? Before and after each thing it writes down.

A point is ``WHAT:WHEN``. WHAT is a write to the outbox: put (the messages and their recipients),
claim, intention (a part is about to be handed over), answer (what the destination said of it) and
settle. WHEN is before or after its commit. Renewals of a lease come by the clock and are no points.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import local

from sqlalchemy import event

from tasks.store import leases, outbox

WRITES = {
    outbox.put.__code__: "put",
    leases.claim.__code__: "claim",
    leases.begin_part.__code__: "intention",
    leases.end_part.__code__: "answer",
    leases.settle.__code__: "settle",
}
ANY = "*"


@dataclass(frozen=True, slots=True)
class Death:
    """The ``nth`` time ``point`` is reached (any point: ``*``), the process gets ``signal``."""

    point: str
    nth: int = 1
    signal: int = signal.SIGKILL


@dataclass(slots=True)
class Watch:
    """What was reached so far; ``reached`` is called at each point with its name."""

    death: Death | None
    passed: Counter[str] = field(default_factory=Counter)

    def reached(self, point: str) -> None:
        self.passed.update((point, ANY))
        death = self.death
        if death and death.point in {point, ANY} and self.passed[death.point] == death.nth:
            os.kill(os.getpid(), death.signal)


def watched(engine, reached: Callable[[str], None]) -> None:
    """Call ``reached`` at each point of the work that is done through ``engine``."""
    thread = local()

    def before(_connection) -> None:
        thread.committed = _writer()
        if thread.committed:
            reached(f"{thread.committed}:before")

    def undone(_connection) -> None:
        thread.committed = ""

    def after(_connection, _record) -> None:
        committed, thread.committed = getattr(thread, "committed", ""), ""
        if committed:
            reached(f"{committed}:after")

    event.listen(engine, "commit", before)
    event.listen(engine, "rollback", undone)
    event.listen(engine, "checkin", after)


def _writer() -> str:
    """Return which write is being committed: that of the function we are called from."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code in WRITES:
            return WRITES[frame.f_code]
        frame = frame.f_back
    return ""
