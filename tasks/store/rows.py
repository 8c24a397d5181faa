"""How stored rows become observations again, quickly: a digest reads a hundred thousand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, select

from tasks.model import Cell, Grain, NullReason, Observation, Status
from tasks.store.columns import Instant
from tasks.store.tables import cells, observations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import CursorResult

# What `stored` wants selected, in this order; further columns may follow.
STORED = (
    observations.c.cell_id,
    observations.c.period,
    observations.c.unit,
    observations.c.as_of,
    observations.c.numerator,
    observations.c.denominator,
    observations.c.n,
    observations.c.sum_of_squares,
    observations.c.null_reason,
    observations.c.status,
    observations.c.definition_version,
    observations.c.revision,
    observations.c.recorded_at,
)

_GRAINS = {grain.value: grain for grain in Grain}
_STATUSES = {status.value: status for status in Status}
_REASONS: dict[str | None, NullReason | None] = {
    None: None,
    **{reason.value: reason for reason in NullReason},
}


class _Once(dict[Any, Any]):
    """Converts every value once; a store holds few different instants."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__({None: None})
        self._convert = convert

    def __missing__(self, value: Any) -> Any:  # noqa: ANN401 - what a driver gives
        self[value] = converted = self._convert(value)
        return converted


def cells_by_id(connection: Connection, *conditions: ColumnElement[bool]) -> Mapping[int, Cell]:
    """Return the cells that fulfil all ``conditions``, by the number the store gave them."""
    found = connection.execute(
        select(
            cells.c.id,
            cells.c.kpi,
            cells.c.variant,
            cells.c.grain,
            cells.c.segment_dimension,
            cells.c.segment,
        ).where(*conditions)
    )
    return {
        number: Cell(kpi, variant, _GRAINS[grain], dimension, segment)
        for number, kpi, variant, grain, dimension, segment in found
    }


def stored(
    connection: Connection, statement: Select[Any], cells_by_id: Mapping[int, Cell]
) -> Iterator[tuple[Sequence[Any], Observation]]:
    """Yield every row of ``statement``, which selects STORED first, and the observation it is."""
    # The driver's own rows are read: SQLAlchemy's would take twice as long for the same values.
    instants = _Once(_instant_reader(connection))
    for row in _driver_rows(connection.execute(statement)):
        number, period, unit, as_of, above, below, n, squares, reason, status, version = row[:11]
        cell = cells_by_id[number]
        yield (
            row,
            Observation(
                cell.kpi,
                cell.variant,
                cell.grain,
                period,
                unit,
                instants[as_of],
                cell.segment_dimension,
                cell.segment,
                None if above is None else Decimal(above),
                None if below is None else Decimal(below),
                n,
                None if squares is None else Decimal(squares),
                _REASONS[reason],
                _STATUSES[status],
                version,
                row[11],
                instants[row[12]],
            ),
        )


def _driver_rows(result: CursorResult[Any]) -> Iterable[Sequence[Any]]:
    cursor: Any = result.cursor
    rows: Iterable[Sequence[Any]] = cursor
    return rows


def _instant_reader(connection: Connection) -> Callable[[Any], Any]:
    reader = Instant().dialect_impl(connection.dialect).result_processor(connection.dialect, None)
    return reader if reader is not None else lambda value: value
