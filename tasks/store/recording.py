"""What happens when a KPI is measured again: nothing, a new row, or a restated one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, insert

from tasks.model import UNSAID, Cell, NullReason, Observation, Status
from tasks.store.known import Key, known_at
from tasks.store.rows import cells_by_id
from tasks.store.tables import cells, observations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from tasks.store.database import Store


class Restated(NamedTuple):
    """A value the store had, and the one that takes its place."""

    old: Observation
    new: Observation


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many values are new, how many were known already, and which were restated."""

    new: int
    unchanged: int
    restated: tuple[Restated, ...]


@dataclass(slots=True)
class _Ledger:
    """The rows to add, and what is said about them afterwards."""

    recorded_at: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)
    restated: list[Restated] = field(default_factory=list)


def record(store: Store, measured: Iterable[Observation], *, recorded_at: datetime) -> Recorded:
    """Add what ``measured`` says and the store does not know yet; nothing is ever overwritten.

    A source that is gone takes no value back, and one that was never there restates nothing. A
    value is compared with what the store knew at its ``as_of``. The same again: no row.
    Different, same ``as_of``: the next revision, restated. Different, later ``as_of``: revision 1
    of that ``as_of``. A provisional value that is confirmed as final gets a row, too.
    ``revision`` and ``recorded_at`` of ``measured`` are not looked at.
    """
    offered = tuple(measured)
    new, restated = 0, list[Restated]()
    with store.writing("observations") as connection:
        names = _enrolled(connection, offered)
        for batch in _without_repeats(offered, names):
            ledger = _compared(batch, known_at(connection, batch, names), recorded_at)
            if ledger.rows:
                connection.execute(insert(observations), ledger.rows)
            new += len(ledger.rows) - len(ledger.restated)
            restated += ledger.restated
    return Recorded(new, len(offered) - new - len(restated), tuple(restated))


def _enrolled(connection: Connection, offered: Sequence[Observation]) -> Mapping[int, Cell]:
    """Return the cells of ``offered`` by number, after giving numbers to those that had none."""
    of_these_kpis = cells.c.kpi.in_({observation.kpi for observation in offered})
    names = cells_by_id(connection, of_these_kpis)
    known = set(names.values())
    missing = [cell for cell in _cells(offered) if cell not in known]
    if not missing:
        return names
    connection.execute(insert(cells), [_cell_row(cell) for cell in missing])
    return cells_by_id(connection, of_these_kpis)


def _cells(offered: Sequence[Observation]) -> Iterable[Cell]:
    return dict.fromkeys(observation.cell for observation in offered)


def _without_repeats(
    offered: Sequence[Observation], names: Mapping[int, Cell]
) -> Sequence[Mapping[Key, Observation]]:
    """Return ``offered`` in as few batches as it takes for no key to be in one of them twice.

    What says something about the same key later is recorded later, as if it came by itself.
    """
    numbers = {cell: number for number, cell in names.items()}
    batches: list[dict[Key, Observation]] = []
    seen: Counter[Key] = Counter()
    for one in offered:
        key = Key(numbers[one.cell], one.period, one.definition_version)
        if seen[key] == len(batches):
            batches.append({})
        batches[seen[key]][key] = one
        seen[key] += 1
    return batches


def _compared(
    measured: Mapping[Key, Observation],
    known: Mapping[Key, Observation],
    recorded_at: datetime,
) -> _Ledger:
    ledger = _Ledger(recorded_at)
    for key, one in measured.items():
        _enter(ledger, key, one, known.get(key))
    return ledger


def _enter(ledger: _Ledger, key: Key, one: Observation, known: Observation | None) -> None:
    at = ledger.recorded_at
    if known is None:
        ledger.rows.append(_row(key, one, 1, one.status, at))
    elif _components(known) == _components(one):
        if _is_confirmed(known, one):
            revision = known.revision + 1 if known.as_of == one.as_of else 1
            ledger.rows.append(_row(key, one, revision, one.status, at))
    elif _takes_back(known, one):
        return
    elif known.as_of < one.as_of:
        ledger.rows.append(_row(key, one, 1, one.status, at))
    elif known.null_reason in UNSAID:
        ledger.rows.append(_row(key, one, known.revision + 1, one.status, at))
    else:
        revision = known.revision + 1
        ledger.rows.append(_row(key, one, revision, Status.RESTATED, at))
        new = replace(one, revision=revision, status=Status.RESTATED, recorded_at=at)
        ledger.restated.append(Restated(known, new))


def _takes_back(known: Observation, one: Observation) -> bool:
    """Return whether ``one`` only says that there are no data where a value is known."""
    if known.null_reason is not None or one.null_reason not in UNSAID:
        return False
    is_gone = one.null_reason is NullReason.SOURCE_UNAVAILABLE and known.as_of == one.as_of
    return known.status is Status.IMPORTED or is_gone


def _components(one: Observation) -> tuple[object, ...]:
    return (
        one.numerator,
        one.denominator,
        one.n,
        one.sum_of_squares,
        one.null_reason,
        one.unit,
    )


def _is_confirmed(known: Observation, one: Observation) -> bool:
    return known.status is Status.PROVISIONAL and one.status is not Status.PROVISIONAL


def _cell_row(cell: Cell) -> dict[str, str]:
    return {
        "kpi": cell.kpi,
        "variant": cell.variant,
        "grain": cell.grain.value,
        "segment_dimension": cell.segment_dimension,
        "segment": cell.segment,
    }


def _row(
    key: Key, one: Observation, revision: int, status: Status, recorded_at: datetime
) -> dict[str, Any]:
    return {
        "cell_id": key.cell_id,
        "period": key.period,
        "definition_version": key.definition_version,
        "as_of": one.as_of,
        "revision": revision,
        "unit": one.unit,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "n": one.n,
        "sum_of_squares": one.sum_of_squares,
        "null_reason": one.null_reason and one.null_reason.value,
        "status": status.value,
        "recorded_at": recorded_at,
    }
