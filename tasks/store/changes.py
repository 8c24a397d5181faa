"""Which days of the facts became others, from one state of them to a later one?

Every load that takes the place of another is a step from a state to the next one, entered in the
transaction that swaps it in. Steps that lead from one state to another say what changed between;
where one is missing nobody knows, and everything may have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from tasks.facts.stretches import Stretch
from tasks.store.tables import changes, lake_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from tasks.store.database import Store

MOST_STEPS = 400  # who has not measured for longer measures everything again


@dataclass(frozen=True, slots=True)
class Change:
    """What a load makes of the state ``before`` of ``sources``: which days are others then."""

    sources: tuple[str, ...]
    before: str
    stretches: tuple[Stretch, ...]


def state_of(paths: Iterable[str]) -> str:
    """Return the name of the state of the facts in which these files are all there are."""
    return sha256(str(sorted(paths)).encode()).hexdigest()[:16]


def state_in(connection: Connection, sources: Collection[str]) -> str:
    """Return the state in which the facts of ``sources`` are."""
    row = lake_files.c
    current = select(row.path).where(row.source.in_(sources), row.retired_at.is_(None))
    return state_of(connection.scalars(current))


def enter_change(connection: Connection, source: str, load_id: str, change: Change) -> None:
    """Enter what ``change`` made of the facts, now that its load is in."""
    after = state_in(connection, change.sources)
    if after == change.before:
        return
    same = (changes.c.before == change.before) & (changes.c.after == after)
    connection.execute(delete(changes).where(same))
    row = {
        "before": change.before,
        "after": after,
        "source": source,
        "load_id": load_id,
        "stretches": [_written(one) for one in change.stretches],
    }
    connection.execute(insert(changes).values(row))


def changed_between(store: Store, before: str, after: str) -> tuple[Stretch, ...] | None:
    """Return the days that are others in the state ``after`` than ``before``; None: not known."""
    found: list[Stretch] = []
    seen: set[str] = set()
    with store.reading() as connection:
        while after != before:
            step = None if after in seen else _step_to(connection, after)
            if step is None or len(seen) == MOST_STEPS:
                return None
            seen.add(after)
            after = step.before
            found += [_read(one) for one in step.stretches]
    return tuple(dict.fromkeys(found))


def _step_to(connection: Connection, after: str) -> Any:  # noqa: ANN401 - a row, or None
    """Return the step that led to a state; None where there is none, or nobody can tell which."""
    rows = connection.execute(select(changes).where(changes.c.after == after)).all()
    return rows[0] if len(rows) == 1 else None


def _written(one: Stretch) -> list[str | None]:
    return [one.table, *map(_iso, (one.first_day, one.last_day))]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(one: Sequence[str | None]) -> Stretch:
    table, first, last = one
    days = (date.fromisoformat(day) if day else None for day in (first, last))
    return Stretch(str(table), *days)
