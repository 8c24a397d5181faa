"""Deals drawn as text tables, the rows that come of them as text, and the MRR by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tasks.facts.deals import GRACE_DAYS, Deal, LineItem, Row, ledger
from tests.engine.worlds import World
from tests.facts.drawn import rows_of

DEAL = {
    "deal": ("deal_id", str),
    "customer": ("customer_id", str),
    "parent": ("parent_id", str),
    "kind": ("kind", str),
    "outcome": ("outcome", str),
    "closed": ("closed_on", date.fromisoformat),
    "starts": ("starts_on", date.fromisoformat),
    "ends": ("ends_on", date.fromisoformat),
    "months": ("term_months", int),
    "amount": ("amount", Decimal),
    "currency": ("currency", str),
    "free": ("free_months", int),
    "reason": ("cancel_reason", str),
}
LINE = {
    "product": ("product", str),
    "quantity": ("quantity", Decimal),
    "price": ("unit_price", Decimal),
    "discount": ("discount_pct", Decimal),
    "starts": ("starts_on", date.fromisoformat),
    "ends": ("ends_on", date.fromisoformat),
    "months": ("term_months", int),
    "free": ("free_months", int),
}


def bought(deals: str, lines: str = "") -> tuple[Deal, ...]:
    """Read drawn deals, and their lines if there are any; everybody is acme and pays dollars."""
    sold = rows_of(lines) if lines else []
    return tuple(
        _deal(row, [line for line in sold if line["deal"] == row["deal"]]) for row in rows_of(deals)
    )


def _deal(row: dict[str, str | None], lines: Sequence[dict[str, str | None]]) -> Deal:
    made = tuple(_line(number, line) for number, line in enumerate(lines))
    return Deal(**{"customer_id": "acme", "currency": "USD"} | _read(row, DEAL), lines=made)


def _line(number: int, row: dict[str, str | None]) -> LineItem:
    count, _, interval = (row.get("every") or "month").rpartition(" ")
    every = {"interval": interval, "interval_count": int(count or 1)}
    return LineItem(line_id=f"{row['deal']}-{number}", **_read(row, LINE), **every)


def _read(row: dict[str, str | None], columns: dict[str, Any]) -> dict[str, Any]:
    return {
        columns[name][0]: columns[name][1](cell)
        for name, cell in row.items()
        if cell is not None and name in columns
    }


def versions(deals: Iterable[Deal], grace: int = GRACE_DAYS) -> str:
    """Return the versions as lines of text: subscription, from, until before, price, change."""
    return _drawn(_version(row) for row in ledger(deals, grace_days=grace).versions)


def _version(row: Row) -> tuple[object, ...]:
    count = "" if row["interval_count"] == 1 else f"{row['interval_count']} "
    amount, quantity = (
        f"{Decimal(str(row[name])).normalize():f}" for name in ("unit_amount", "quantity")
    )
    off = f" -{row['discount_pct']} %" if row["discount_pct"] else ""
    price = f"{amount} x {quantity} every {count}{row['interval']}{off}"
    paused = " (free)" if row["status"] == "paused" else ""
    change = row["change_kind"]
    return row["subscription_id"], row["valid_from"], row["valid_to"] or "-", price + paused, change


def contracts(deals: Iterable[Deal]) -> str:
    """Return the contracts as lines of text: id, due, value, outcome, decided, renewed value."""
    names = ("contract_id", "due_at", "acv", "outcome", "decided_at", "renewed_acv")
    found = ledger(deals).contracts
    return _drawn(tuple("-" if row[name] is None else row[name] for name in names) for row in found)


def _drawn(rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(" | ".join(map(str, row)) for row in rows)


def drawn(text: str) -> str:
    """Return a table drawn in a test without its indentation and padding."""
    lines = (line.split("|") for line in text.strip().splitlines())
    return "\n".join(" | ".join(cell.strip() for cell in line) for line in lines)


def remarks(deals: Iterable[Deal]) -> list[tuple[str, str, Decimal]]:
    """Return what was remarked upon: deal, what, amount."""
    return [(one.deal_id, one.what, one.amount) for one in ledger(deals).remarks]


def world(deals: Iterable[Deal], *, grace: int = GRACE_DAYS, **more: Any) -> World:
    """Return a world with the subscriptions and contracts that the deals amount to."""
    found = ledger(deals, grace_days=grace)
    tables = {"subscription_versions": _text(found.versions), "contracts": _text(found.contracts)}
    given = {name: text for name, text in tables.items() if text}
    return World({**given, **more.pop("tables", {})}, **more)


def _text(rows: Sequence[Row]) -> str:
    lines = [
        " | ".join("-" if cell is None else str(cell) for cell in row.values()) for row in rows
    ]
    return "\n".join([" | ".join(rows[0]), *lines]) if rows else ""


def by_month(deals: Iterable[Deal], kpi: str, first: str, last: str, **more: Any) -> list[Decimal]:
    """Return a KPI's numerator month by month, as the engine computes it."""
    found = world(deals, **more).measured(*months(first, last), kpis=(kpi,), all_variants=False)
    return [one.numerator or Decimal(0) for one in found.observations if one.segment == "ALL"]


def mrr(deals: Iterable[Deal], first: str, last: str, **more: Any) -> list[Decimal]:
    """Return the MRR at the close of each month, as the engine computes it."""
    return by_month(deals, "mrr", first, last, **more)


def mrr_of(rows: Sequence[Row], first: str, last: str) -> list[Decimal]:
    """Return the MRR at the close of each month that rows of subscription_versions make."""
    found = World({"subscription_versions": _text(rows)})
    measured = found.measured(*months(first, last), kpis=("mrr",), all_variants=False)
    return [one.numerator or Decimal(0) for one in measured.observations]


def months(first: str, last: str) -> list[str]:
    """Return the months from ``2026-01`` to ``2026-07``."""
    (year, month), (end_year, end_month) = (map(int, key.split("-")) for key in (first, last))
    numbers = range(year * 12 + month - 1, end_year * 12 + end_month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]
