"""What did the mapping make of the first rows? Shown as a reader would understand them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tasks.calendar import Calendar
from tasks.catalog import CONNECTORS
from tasks.config import Settings
from tasks.connectors.base import Connector, Surroundings
from tasks.facts.folding import Folded, FoldedTable, fold
from tasks.facts.settling import settle

FIRST = 5
WIDE = 28
REASONS = 3
# our column: what a reader calls it; what is not here is not shown
SHOWN: Mapping[str, Mapping[str, str]] = {
    "customers": {
        "name": "customer",
        "plan": "plan",
        "owner_id": "owner",
        "segment": "segment",
        "region": "region",
        "country": "country",
        "created_at": "created",
    },
    "owners": {"name": "owner", "email": "email"},
    "contacts": {"email": "contact", "customer_id": "customer", "role": "role"},
    "subscription_versions": {
        "customer_id": "customer",
        "product": "plan",
        "valid_from": "from",
        "valid_to": "until",
        "unit_amount": "pays",
        "currency": "in",
        "interval": "every",
        "status": "status",
    },
    "tickets": {
        "ticket_id": "ticket",
        "customer_id": "customer",
        "created_at": "asked",
        "first_agent_reply_at": "first reply",
        "first_solved_at": "solved",
        "subject": "subject",
    },
    "survey_responses": {
        "customer_id": "customer",
        "survey": "survey",
        "score": "score",
        "scale_max": "of",
        "responded_at": "answered",
    },
}


def loaded(settings: Settings, now: datetime) -> Folded:
    """Return what the first source of a configuration gives; nothing is stored."""
    source = settings.sources[0]
    connector: Connector = CONNECTORS.get(source.kind)  # type: ignore[assignment]
    around = Surroundings(settings.root, settings.company.timezone, now=now)
    load = fold(connector.extract(source, around), calendar=settings.calendar, now=now)
    (settled,) = settle([load], currency=settings.company.currency, elsewhere={})
    return settled


def told(load: Folded, calendar: Calendar) -> Iterator[str]:
    """Yield the lines about every table: how many rows, the first five, what is left out."""
    names = _names(load)
    for name, table in load.tables.items():
        count = table.rows.num_rows
        yield f"{name}: {count:,} {'row' if count == 1 else 'rows'}"
        yield from (f"  {line}" for line in _grid(_first(table, names, calendar)))
        yield from _refused(table)
        yield ""
    yield from (str(problem) for problem in load.problems)


def _names(load: Folded) -> Mapping[str, Mapping[str, str]]:
    """Return what people call the ids of customers and owners."""
    found = {}
    for column, table, key in (
        ("customer_id", "customers", "customer_id"),
        ("owner_id", "owners", "owner_id"),
    ):
        rows = (
            load.tables[table].rows.select([key, "name"]).to_pylist()
            if table in load.tables
            else []
        )
        found[column] = {row[key]: row["name"] or row[key] for row in rows}
    return found


def _first(
    table: FoldedTable, names: Mapping[str, Mapping[str, str]], calendar: Calendar
) -> list[list[str]]:
    """Return the header and the first rows, without columns that have nothing in them."""
    shown = SHOWN.get(table.table) or {name: name for name in table.rows.schema.names[:6]}
    rows = table.rows.slice(0, FIRST).to_pylist()
    columns = [name for name in shown if any(row[name] is not None for row in rows)]
    cells = [
        [_cell(names.get(name, {}).get(row[name], row[name]), calendar) for name in columns]
        for row in rows
    ]
    return [[shown[name] for name in columns], *cells]


def _cell(value: Any, calendar: Calendar) -> str:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(calendar.timezone))
        return (
            f"{local:%Y-%m-%d}"
            if (local.hour, local.minute) == (0, 0)
            else f"{local:%Y-%m-%d %H:%M}"
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    text = " ".join(str(value).split())
    return text if len(text) <= WIDE else f"{text[: WIDE - 3]}..."


def _grid(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows[0]:
        return
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = (f"{cell:<{wide}}" for cell, wide in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _refused(table: FoldedTable) -> Iterator[str]:
    """Yield how many rows are not loaded, and the first of each reason."""
    if not table.quarantined:
        return
    why = Counter(row.reason for row in table.quarantined)
    count = len(table.quarantined)
    yield f"  {count:,} {'row is' if count == 1 else 'rows are'} not loaded:"
    for reason, times in why.most_common(REASONS):
        row = next(one for one in table.quarantined if one.reason == reason)
        value = f"{row.column} '{row.value[:WIDE]}' is {reason}" if row.column else reason
        more = f" (and {times - 1:,} more like it)" if times > 1 else ""
        yield f"    {row.file}, line {row.line}: {value}{more}"
