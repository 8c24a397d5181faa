"""What is usage pricing worth a month? Nothing, or by option the mean of the last three months.

kpis.md 1.9: "usage pricing out, or trailing three months by option". The MRR of a month is the
mean of what was used in the three months before it, or in as many as there have been: known on
the day the month begins, so no value changes while it runs. Three months after the last use it is
gone. Credits are usage below zero; a mean that is not above zero is nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.dealterms import plus_months
from tasks.facts.folding import Folded, FoldedTable
from tasks.facts.raw import FILE, LINE

if TYPE_CHECKING:
    from tasks.calendar import Calendar

MONTHS = 3
TRAILING = "trailing_3m"  # what the setting usage_mrr says for it
PRODUCT = "usage"
VERSIONS, LINES = "subscription_versions", "revenue_lines"
FILE_NAME = "usage, the mean of three months"  # where such a row stands: in no file


@dataclass(frozen=True, slots=True)
class Used:
    """What a customer used on a day, priced; below zero for a credit."""

    customer_id: str
    currency: str
    on: date
    amount: Decimal


def usage_rows(used: Iterable[Used]) -> Iterator[dict[str, object]]:
    """Yield rows of subscription_versions, one a customer, currency and month with MRR."""
    sums: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in used:
        sums[one.customer_id, one.currency][one.on.replace(day=1)] += one.amount
    for whose in sorted(sums):
        for month, amount, count in _means(sums[whose]):
            yield _row(*whose, month, amount, count)


def _means(by_month: Mapping[date, Decimal]) -> Iterator[tuple[date, Decimal, int]]:
    """Yield a month, what was used in the months before it, and how many those are."""
    first, month = min(by_month), plus_months(min(by_month), 1)
    while month <= plus_months(max(by_month), MONTHS):
        before = [plus_months(month, -back) for back in range(1, MONTHS + 1)]
        counted = [one for one in before if one >= first]
        amount = sum((by_month.get(one, Decimal(0)) for one in counted), Decimal(0))
        if amount > 0:
            yield month, amount, len(counted)
        month = plus_months(month, 1)


def _row(
    customer: str, currency: str, month: date, amount: Decimal, count: int
) -> dict[str, object]:
    name = f"{PRODUCT}/{customer}/{currency}"
    return {
        "version_id": f"{name}@{month}",
        "subscription_id": name,
        "customer_id": customer,
        "product": PRODUCT,
        "status": "active",
        "valid_from": month,
        "valid_to": plus_months(month, 1),
        "unit_amount": amount,
        "quantity": Decimal(1),
        "currency": currency,
        "interval": "month",
        "interval_count": count,
        "discount_pct": Decimal(0),
        "change_kind": PRODUCT,
    }


def with_usage(folded: Folded, calendar: Calendar, currency: str) -> Folded:
    """Return a load with the usage among its revenue lines as subscriptions.

    ``currency`` is the company's, for lines that name none. A load without usage stays as it is.
    """
    lines = folded.tables.get(LINES)
    rows = list(usage_rows(_used(lines, currency))) if lines else []
    if not rows:
        return folded
    placed = [_placed(row, folded.source, calendar) for row in rows]
    table = _appended(folded.tables.get(VERSIONS), placed)
    return replace(folded, tables={**folded.tables, VERSIONS: table})


def _used(lines: FoldedTable, currency: str) -> Iterator[Used]:
    for row in lines.rows.to_pylist():
        if row["kind"] == PRODUCT:
            money = row["currency"] or currency
            yield Used(row["customer_id"], money, row["recognized_on"], row["amount"])


def _placed(row: Mapping[str, object], source: str, calendar: Calendar) -> dict[str, object]:
    instants = {
        name: calendar.midnight(day).replace(tzinfo=None)
        for name in ("valid_from", "valid_to")
        if isinstance(day := row[name], date)
    }
    return {**row, **instants, "source": source}


def _appended(table: FoldedTable | None, rows: list[dict[str, object]]) -> FoldedTable:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    schema = schema_of(FACTS[VERSIONS])
    names = [field.name for field in schema]
    whole = [{name: row.get(name) for name in names} for row in rows]
    more = pa.Table.from_pylist(whole, schema=schema)
    places = [{FILE: FILE_NAME, LINE: None} for _ in rows]
    if table is None:
        return FoldedTable(VERSIONS, more, pa.Table.from_pylist(places), len(rows))
    origin = pa.Table.from_pylist(places, schema=table.origin.schema)
    return replace(
        table,
        rows=pa.concat_tables([table.rows, more]),
        origin=pa.concat_tables([table.origin, origin]),
        read=table.read + len(rows),
    )
