"""How exact numbers and instants are kept, whatever the database can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Numeric, String
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine


class Exact(TypeDecorator[Decimal]):
    """A Decimal that comes back digit for digit; SQLite has no such number, so it is text there.

    The text is for keeping, not for SQL arithmetic or comparison: Python does both.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text on SQLite and NUMERIC without limits elsewhere."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:  # noqa: ANN401 - text or Decimal, as the database likes it
        """Return what is written; refuse NaN and infinity, which no KPI can be."""
        if value is None:
            return None
        if not value.is_finite():
            message = f"{value} is not a number a KPI can have"
            raise ValueError(message)
        return format(value, "f") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401, ARG002 - text or Decimal; the signature is SQLAlchemy's
        """Return the Decimal that was written."""
        return Decimal(value) if value is not None else None


class Instant(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, UTC without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return UTC without a zone; refuse a datetime that does not say which zone it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} has no time zone"
            raise ValueError(message)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the moment as aware UTC."""
        return value.replace(tzinfo=UTC) if value is not None else None
