"""A Gainsight of our own over real HTTP: objects that are read with conditions, and no counts.

    with Gainsight() as gainsight:
        gainsight.put("Company", Name="Acme")
        ... point a client at gainsight.base_url, with gainsight.key ...

One route, read. A refusal has status 200. Everything happens at ``now``, which only ``pass_time``
moves.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.web import Asked, Web, route

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
KEY = "gs-S3cret-key"
TESTS = {"GTE": lambda there, value: there >= value, "GT": lambda there, value: there > value}


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


class Gainsight(Web):
    """The tenant with its door. ``page`` is how many rows it gives at most."""

    def __init__(self, page: int = 5000) -> None:
        super().__init__()
        self.page = page
        self.now = START
        self.key = KEY
        self.objects: dict[str, dict[str, Row]] = {}
        self.fields: dict[str, set[str]] = {}
        self.forbidden: set[str] = set()  # objects that the key may not read
        self._ids = count(1)

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    def put(self, name: str, known_as: str = "", **fields: Any) -> str:
        """Make a row, or change the one that is known so."""
        rows = self.objects.setdefault(name, {})
        known_as = known_as or f"1P{next(self._ids):04}"
        before = rows.get(known_as, {"Gsid": known_as, "CreatedDate": iso(self.now)})
        rows[known_as] = {**before, **fields, "ModifiedDate": iso(self.now)}
        self.fields.setdefault(name, set()).update(rows[known_as])
        return known_as

    def delete(self, name: str, known_as: str) -> None:
        """It is gone, and nobody is told."""
        del self.objects[name][known_as]

    def merge(self, loser: str, winner: str) -> None:
        """The loser is gone, and everything that was its is the winner's."""
        self.delete("Company", loser)
        for name, rows in self.objects.items():
            for known_as, row in rows.items():
                if row.get("CompanyId") == loser:
                    self.put(name, known_as, CompanyId=winner)

    def refuses(self, asked: Asked) -> Reply | None:
        if asked.headers.get("Accesskey") != self.key:
            return Reply({"result": False, "errorCode": "GU_1101", "errorDesc": "No access"}, 401)
        if asked.part.get("name") in self.forbidden:
            return Reply({"result": False, "errorCode": "GU_1403", "errorDesc": "Forbidden"}, 403)
        return None

    @route("POST", "/v1/data/objects/query/{name}")
    def read(self, asked: Asked) -> Any:
        name, said = asked.part["name"], asked.json()
        if name not in self.objects:
            return _no("GSOBJ_1006", f"no object {name}")
        unknown = set(said["select"]) - self.fields[name]
        if unknown:
            return _no("GSOBJ_1003", f"no field {min(unknown)}")
        rows = sorted(self.objects[name].values(), key=lambda one: one["Gsid"])
        found = [one for one in rows if _is_meant(one, said.get("where"))]
        size = min(self.page, said["limit"])
        shown = found[said["offset"] : said["offset"] + size]
        records = [{field: one.get(field) for field in said["select"]} for one in shown]
        return {
            "result": True,
            "errorCode": None,
            "errorDesc": None,
            "requestId": f"req-{next(self._ids)}",
            "data": {"records": records},
            "message": None,
        }


def _is_meant(row: Row, where: Any) -> bool:
    if not where:
        return True
    aliases = [one["alias"] for one in where["conditions"]]
    assert where["expression"] == " AND ".join(aliases)
    return all(
        TESTS[one["operator"]](row[one["name"]], one["value"][0]) for one in where["conditions"]
    )


def _no(code: str, why: str) -> Reply:
    return Reply({"result": False, "errorCode": code, "errorDesc": why, "data": None})
