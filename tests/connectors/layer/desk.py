"""A help desk with an incremental export, and a stream that reads it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tasks.connectors.base import Surroundings
from tasks.connectors.paging import Turn, by_cursor
from tasks.connectors.streams import Stream
from tasks.store import open_store
from tests.connectors.layer.asking import NOW
from tests.doubles.web import Web, route


class Desk(Web):
    """Gives tickets in the order of their changes; a cursor is how many changes were seen."""

    def __init__(self, tickets: int = 0, size: int = 10) -> None:
        super().__init__()
        self.changes: list[dict] = []
        self.plans: dict[str, dict] = {}
        self.size = size
        for number in range(tickets):
            self.write(number, "new")

    def write(self, number: int, status: str) -> None:
        self.changes.append(
            {"id": number, "status": status, "updated_at": f"2026-11-01T{len(self.changes):09d}"}
        )

    @route("GET", "/tickets")
    def tickets(self, asked):
        start = int(asked.query.get("cursor", 0))
        rows = self.changes[start : start + self.size]
        end = start + len(rows)
        return {"tickets": rows, "after": str(end), "end": end >= len(self.changes)}

    @route("GET", "/plans")
    def all_plans(self, asked):
        start = int(asked.query.get("cursor", 0))
        rows = list(self.plans.values())[start : start + self.size]
        more = start + len(rows) < len(self.plans)
        return {"tickets": rows, "after": str(start + len(rows)) if more else None, "end": not more}


def by_path(path: str):
    """Return the pages of ``path``."""

    def pages(session, cursor, _now):
        return by_cursor(lambda at: turn_at(session, path, at)[0], cursor)

    return pages


def turn_at(session, path: str, at: str | None):
    """Return one turn of ``path``, and the answer it is made of."""
    params = {"cursor": at} if at else {}
    answer = session.get(path, params, expects={"tickets": list, "end": bool})
    said = answer.data
    turn = Turn(tuple(said["tickets"]), said["after"], not said["end"], answer.request_id)
    return turn, answer


def stream(name: str = "tickets", path: str = "/tickets", **more) -> Stream:
    return Stream(
        name=name,
        key=lambda row: str(row["id"]),
        version=lambda row: row["updated_at"],
        pages=by_path(path),
        tables=(name,),
        **more,
    )


@cache
def _empty_store() -> bytes:
    """Return a store's file; making the tables takes longer than any test here."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/keepwell.db").close()
        return Path(folder, "keepwell.db").read_bytes()


def around(folder, store=None, now=NOW, show=lambda _doing: None) -> Surroundings:
    path = folder / "keepwell.db"
    if not path.exists():
        path.write_bytes(_empty_store())
    return Surroundings(
        folder, "UTC", store or open_store(f"sqlite:///{path}"), folder / "raw", now, show
    )
