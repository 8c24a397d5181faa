"""Who is behind an alert about a level? Not everybody who makes it up, but those who left it."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.model import Cell

LEFT: Mapping[str, str] = {
    **dict.fromkeys(
        ("mrr", "arr", "nrr", "grr", "mrr_growth_rate", "net_new_mrr", "arpa_mrr"), "churned_mrr"
    ),
    **dict.fromkeys(("customers_closing", "active_customers"), "churned_customers"),
    "customer_retention_rate": "churned_customers",
}


def asked_behind(cell: Cell) -> str:
    """Return the KPI whose customers are the ones behind a fall of ``cell``."""
    return LEFT.get(cell.kpi, cell.kpi)
