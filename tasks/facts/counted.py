"""Which tickets count? Those that customers opened: not spam, and not merged into another one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func

CUSTOMER = "customer"


def is_counted(t: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of tickets
    """Return whether a ticket counts; where nobody says who opened it, a customer did."""
    return and_(
        t.merged_into.is_(None),
        func.coalesce(t.is_spam, False).is_(False),
        func.coalesce(t.created_by, CUSTOMER) == CUSTOMER,
    )
