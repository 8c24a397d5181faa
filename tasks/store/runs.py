"""What ran, when, and how it ended; a run without an end was killed or is still going."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tasks.errors import WrongUse
from tasks.store.tables import runs as ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Row

    from tasks.store.database import Store


class Outcome(StrEnum):
    """How a run ended: it did its work, the data did not allow it, or something failed."""

    DONE = "done"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: ``kind`` says of what (``sync``), ``subject`` for what (``crm``, ``2026-W47``)."""

    id: int
    kind: str
    subject: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)


def start_run(store: Store, kind: str, subject: str, now: datetime) -> int:
    """Note that a run begins; return the number by which ``finish_run`` knows it."""
    row = insert(ledger).values(kind=kind, subject=subject, started_at=now)
    with store.writing("runs") as connection:
        number: int = connection.execute(row.returning(ledger.c.id)).scalar_one()
    return number


def finish_run(
    store: Store, run: int, outcome: Outcome, summary: Mapping[str, Any], now: datetime
) -> None:
    """Note how a run ended; ``summary`` is whatever JSON can hold. Raises WrongUse twice."""
    unfinished = (ledger.c.id == run) & ledger.c.finished_at.is_(None)
    end = {"finished_at": now, "outcome": outcome.value, "summary": dict(summary)}
    with store.writing("runs") as connection:
        if not connection.execute(update(ledger).where(unfinished).values(end)).rowcount:
            raise WrongUse(f"There is no run {run} that still goes on.", todo="Start one first.")


def runs(store: Store, *, kind: str | None = None, limit: int | None = None) -> tuple[Run, ...]:
    """Return the runs, of one ``kind`` or of all, newest first, at most ``limit`` of them.

    The newest is the one entered last: a clock that was ahead once would else have the last word
    until the time it showed.
    """
    statement = select(ledger).order_by(ledger.c.id.desc())
    if kind is not None:
        statement = statement.where(ledger.c.kind == kind)
    with store.reading() as connection:
        return tuple(_run(line) for line in connection.execute(statement.limit(limit)))


def _run(line: Row[Any]) -> Run:
    return Run(
        id=line.id,
        kind=line.kind,
        subject=line.subject,
        started_at=line.started_at,
        finished_at=line.finished_at,
        outcome=None if line.outcome is None else Outcome(line.outcome),
        summary=line.summary or {},
    )
