"""What the suite has to know of a connector: its double, what is in it, and what happens there.

A connector is added by a ``Case`` in a file of its own and one line in ``CASES``; without one the
suite fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.connectors.api import Api
from tests.doubles.faults import Fault
from tests.doubles.web import Asked, Web

Tables = Mapping[str, list[dict[str, Any]]]  # the canonical rows of each table
Check = Callable[[Tables], None]  # fails where they are not as they should be


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at the vendor between two runs, and what must come of it.

    ``later``: only after another run.
    """

    name: str
    happens: Callable[[Any], Check]
    later: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A vendor of our own with at least three pages in its ``main`` stream, and rows elsewhere.

    ``settings`` is the configuration for a double at an address; ``now`` its clock, ``wait`` lets
    it go on. ``is_page`` tells the requests for pages of ``main``, which come on ``route``.
    ``counts`` are the rows that each stream must have brought. ``change`` changes a row of the
    first page. ``circle`` is a page that names itself as the next. ``inside`` is an error with
    status 200. ``expire`` ends the credential, ``renew`` gives the double another that is good;
    ``renews``: the connector gets itself a new one. ``gate`` takes ``gated``, a stream, out of the
    plan, and with it these tables; "" where every plan has all of it.
    """

    key: str
    main: str
    table: str  # that the main stream becomes
    other: str  # a table that does not need it; "" where there is none
    route: str
    open: Callable[[], Web]
    api: Callable[[Any], Api]
    settings: Callable[[str, str], dict[str, Any]]
    token: Callable[[Any], str]
    now: Callable[[Any], datetime]
    wait: Callable[[Any, float], Any]  # minutes
    is_page: Callable[[Asked], bool]
    counts: Callable[[Any], Mapping[str, int]]
    add: Callable[[Any], str]  # one more row of the table; its key
    change: Callable[[Any], Check]
    circle: Fault
    inside: Fault
    expire: Callable[[Any], None]
    renew: Callable[[Any], None]
    gate: Callable[[Any], None]
    gated: str
    absent: tuple[str, ...]
    vanish: Callable[[Any], Check]  # a row of `reconciled` goes without a word
    reconciled: str  # a stream whose ids are listed once a week
    private: str = ""  # a field of the main stream's rows that nobody needs to keep
    renews: bool = False
    counted: bool = True  # whether the vendor says how many rows it has
    events: tuple[Event, ...] = ()


def key_of(row: Mapping[str, Any]) -> str:
    """Return the first column of a canonical row: its key."""
    return str(next(iter(row.values())))


def named(tables: Tables, table: str, key: str) -> dict[str, Any] | None:
    """Return the row of a table that has a key; None without one."""
    return next((row for row in tables[table] if key_of(row) == key), None)
