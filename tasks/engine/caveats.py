"""What should a reader of a period know besides its values: late renewals, sources that differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from tasks.engine.asked import asked, prepare
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.facts.disagreement import disagreements
from tasks.facts.latedecisions import late_renewals
from tasks.model import Period


@dataclass(frozen=True, slots=True)
class Late:
    """How many customers' contracts are over and undecided, and what they are worth a month.

    The amount is in the company's currency, None where a rate is missing.
    """

    customers: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Differing:
    """Of how many customers two sources tell another MRR: that which counts, and the other."""

    customers: int
    counted: Decimal | None
    other: Decimal | None


def caveats(
    session: Session, basis: Basis, period: Period, *, now: datetime
) -> tuple[Late | None, Differing | None]:
    """Return the late renewals and the disagreements at the close of ``period``; None for none."""
    wanted = asked((period,), as_of=None, cut=basis.cut(now))
    if not wanted:
        return None, None
    prepare(session, basis, wanted)
    late = _only(session, basis, late_renewals())
    differing = _only(session, basis, disagreements()) if basis.second_sources else None
    return _late(*late) if late else None, _differing(*differing) if differing else None


def _only(session: Session, basis: Basis, statement: Select[Any]) -> tuple[Any, ...] | None:
    """Return the row of the one period asked for, without its number."""
    rows = session.rows(statement, basis.parameters)
    return tuple(rows[0][1:]) if rows else None


def _late(customers: int, amount: object, unpriced: int) -> Late:
    return Late(customers, None if unpriced else Decimal(str(amount)))


def _differing(customers: int, first: object, second: object, unpriced: int) -> Differing:
    if unpriced:
        return Differing(customers, None, None)
    return Differing(customers, Decimal(str(first)), Decimal(str(second)))
