"""What did a message advise, about whom? Kept until a later digest tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from tasks.model import ALL
from tasks.store.clock import store_time
from tasks.store.deeds import advice as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from tasks.store.database import Store

SUBJECT = "advice"
IDENTITY = ("kind", "subject_key", "period", "kpi", "segment_dimension", "segment")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a message said should be tried with ``customers``, each an id and a name.

    ``kind``, ``subject_key`` and ``period`` are those of the message in the outbox; ``given_at`` is
    None until it is stored.
    """

    kind: str
    subject_key: str
    period: str
    kpi: str
    said: str
    customers: tuple[tuple[str, str], ...]
    segment_dimension: str = ALL
    segment: str = ALL
    given_at: datetime | None = None


def remember_advice(
    store: Store, given: Iterable[Advice], *, now: datetime | None = None
) -> tuple[Advice, ...]:
    """Keep what was advised; return what is new. A message is never made to have said otherwise.

    ``now`` is the moment of the message; None is the present one of the store's clock.
    """
    with store.writing(SUBJECT) as connection:
        moment = now or store_time(connection)
        new = []
        for one in given:
            same = (table.c[name] == getattr(one, name) for name in IDENTITY)
            if connection.execute(select(table.c.id).where(*same)).first() is None:
                connection.execute(insert(table).values(_row(one, moment)))
                new.append(one)
    return tuple(new)


def advice_given(store: Store, kinds: Sequence[str], periods: Iterable[str]) -> tuple[Advice, ...]:
    """Return what messages of ``kinds`` about ``periods`` advised, oldest first."""
    about = table.c.kind.in_(tuple(kinds)), table.c.period.in_(tuple(periods))
    statement = select(table).where(*about).order_by(table.c.given_at, table.c.id)
    with store.reading() as connection:
        return tuple(_advice(line) for line in connection.execute(statement))


def _row(one: Advice, moment: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in (*IDENTITY, "said")},
        "customers": [list(customer) for customer in one.customers],
        "given_at": one.given_at or moment,
    }


def _advice(line: Row[Any]) -> Advice:
    known = {name: getattr(line, name) for name in (*IDENTITY, "said", "given_at")}
    customers = tuple((str(number), str(name)) for number, name in line.customers)
    return Advice(**known, customers=customers)
