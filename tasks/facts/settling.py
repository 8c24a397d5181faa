"""What can only be checked when all sources are there: references, currencies, history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.columns import about, facts_of
from tasks.facts.identity import Record, identities
from tasks.facts.load import Quarantined
from tasks.facts.raw import FILE, LINE
from tasks.model import DataNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from tasks.facts.folding import Folded, FoldedTable

Known = dict[tuple[str, str], "pa.Array"]  # the values of (table, column), over all sources

RATES = ("fx_rates", "currency")
QUOTED_IN = "USD"  # the rate table says what a currency is worth in dollars
REFERENCED = frozenset(
    target
    for table in FACTS.values()
    for column in table.columns
    if (target := facts_of(column).references)
) | {RATES, ("customer_versions", "customer_id")}


def settle(
    loads: Sequence[Folded], *, currency: str, elsewhere: Mapping[tuple[str, str], pa.Array]
) -> tuple[Folded, ...]:
    """Return the loads with rows that point at nobody refused, and loose ends noted.

    ``elsewhere`` is what the lake knows of tables that are not loaded now (``lake.known``). A
    reference is only checked where its table is there at all; ``currency`` is the company's.
    """
    known = _known(loads, elsewhere)
    return tuple(_settled(load, known, currency) for load in loads)


def _known(loads: Sequence[Folded], elsewhere: Mapping[tuple[str, str], pa.Array]) -> Known:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    known: Known = {}
    for target in REFERENCED:
        table, column = target
        parts = [load.tables[table].rows[column] for load in loads if table in load.tables]
        if target in elsewhere:
            parts.append(elsewhere[target])
        if parts:
            chunks = [
                chunk
                for part in parts
                for chunk in (part.chunks if isinstance(part, pa.ChunkedArray) else [part])
            ]
            known[target] = pa.chunked_array(chunks, pa.string()).unique().drop_null()
    return known


def _settled(load: Folded, known: Known, currency: str) -> Folded:
    tables: dict[str, FoldedTable] = {}
    notes: list[DataNote] = []
    for name, table in load.tables.items():
        tables[name] = _without_broken_references(load.source, table, known)
        notes += _loose_ends(load.source, tables[name], known)
        notes += _currencies_without_rate(load.source, tables[name], known, currency)
        if name == "customers":
            notes += _about_customers(tables[name], load.source, known)
    return replace(load, tables=tables, notes=(*load.notes, *notes))


def _without_broken_references(source: str, table: FoldedTable, known: Known) -> FoldedTable:
    """Return ``table`` with every row refused whose firm reference points at nothing."""
    for column in FACTS[table.table].columns:
        facts = facts_of(column)
        if not facts.firm or facts.references not in known:
            continue
        broken = _pointing_nowhere(table.rows[column.name], known[facts.references])
        if broken.true_count:
            reason = f"not in {facts.references[0]}"
            table = _refused(source, table, broken, column.name, reason)
    return table


def _pointing_nowhere(values: pa.ChunkedArray, targets: pa.Array) -> pa.BooleanArray:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    found = pc.or_(pc.is_in(values, value_set=targets), pc.is_null(values))
    return pa.chunked_array(pc.invert(found)).combine_chunks()


def _refused(
    source: str, table: FoldedTable, broken: pa.BooleanArray, column: str, reason: str
) -> FoldedTable:
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    key = list(about(FACTS[table.table]).key)
    rows = table.rows.filter(broken).select([*dict.fromkeys([*key, column])]).to_pylist()
    places = table.origin.filter(broken).to_pylist()
    refused = tuple(
        Quarantined(
            source,
            table.table,
            place[FILE],
            place[LINE],
            "/".join(str(row[name] or "") for name in key),
            column,
            row[column],
            reason,
        )
        for row, place in zip(rows, places, strict=True)
    )
    stays = pc.invert(broken)
    return replace(
        table,
        rows=table.rows.filter(stays),
        origin=table.origin.filter(stays),
        quarantined=(*table.quarantined, *refused),
    )


def _loose_ends(source: str, table: FoldedTable, known: Known) -> Iterable[DataNote]:
    """Yield a note per column that names rows of another table that are not there."""
    for column in FACTS[table.table].columns:
        facts = facts_of(column)
        if facts.firm or facts.references not in known:
            continue
        values = table.rows[column.name]
        broken = _pointing_nowhere(values, known[facts.references])
        if count := broken.true_count:
            first = values.filter(broken)[0].as_py()
            text = (
                f"{table.table}: {count} {_rows(count)} with a {column.name} that is not in "
                f"{facts.references[0]}, such as '{first}'; loaded all the same."
            )
            yield DataNote("reference", source, text, count, table.table)


def _currencies_without_rate(
    source: str, table: FoldedTable, known: Known, company: str
) -> Iterable[DataNote]:
    """Yield a note per currency that has no exchange rate at all."""
    column = FACTS[table.table].columns.get("currency")
    if column is None or table.table == "fx_rates":
        return
    quoted = set(known[RATES].to_pylist() if RATES in known else ())
    is_reached = company == QUOTED_IN or company in quoted  # rates lead from dollars to the company
    rated = {company, None, *((quoted | {QUOTED_IN}) if is_reached else ())}
    for counted in table.rows["currency"].value_counts().to_pylist():
        code, count = counted["values"], counted["counts"]
        if code not in rated:
            text = (
                f"{table.table}: {count} {_rows(count)} in {code}, for which fx_rates has no "
                f"rate; what they add up to in {company} is unknown until one is added."
            )
            yield DataNote("currency", source, text, count, table.table)


def _about_customers(table: FoldedTable, source: str, known: Known) -> Iterable[DataNote]:
    """Yield a note where customers have no history, and one per circle of merges or parents."""
    if ("customer_versions", "customer_id") not in known:
        yield _no_history(source)
    columns = ["customer_id", "merged_into", "parent_id", "is_test"]
    records = (Record(**row) for row in table.rows.select(columns).to_pylist())
    for circle in identities(records).cycles:
        text = (
            f"customers: {', '.join(circle)} are merged into or owned by each other in a circle; "
            f"they count as one, {circle[0]}."
        )
        yield DataNote("identity", source, text, len(circle), "customers")


def _no_history(source: str) -> DataNote:
    return DataNote(
        "history",
        source,
        "There is no customer_versions table: the segment, plan and region that customers have "
        "now are taken to hold for all periods.",
        table="customers",
    )


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"
