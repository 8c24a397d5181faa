"""How are very many rows got? Ordered at the Bulk API, awaited, and fetched in parts, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

from tasks.connectors.api import Rejected
from tasks.connectors.jobs import Job, Part
from tasks.connectors.salesforce.access import ADVICE
from tasks.connectors.streams import NoWayOn
from tasks.errors import SourceUnavailable

if TYPE_CHECKING:
    from tasks.connectors.http import Session
    from tasks.connectors.salesforce.asking import Place

AT_ONCE = 5_000  # rows of a part; long texts in them make it large
CSV = "text/csv"
LONGEST = 2**24  # letters of one value; the module's own limit is less than a description may have
FAILED = frozenset({"Failed", "Aborted"})
LOCATOR, COUNT = "sforce-locator", "sforce-numberofrecords"
NO_MORE = {None, "", "null"}  # the last part says so, in letters


def job(session: Session, place: Place, question: Callable[[], str]) -> Job:
    """Return how the answer to ``question``, in SOQL, is ordered, asked after, and read."""

    def start() -> str:
        order = {"operation": "queryAll", "query": question(), "contentType": "CSV"}
        return str(session.post(place.jobs, order, expects={"id": str}).data["id"])

    def is_done(number: str) -> bool:
        said = session.get(f"{place.jobs}/{number}", expects={"state": str}).data
        if said["state"] in FAILED:
            raise _failed(session, said)
        return bool(said["state"] == "JobComplete")

    def total(number: str) -> int | None:
        found = session.get(f"{place.jobs}/{number}").data.get("numberRecordsProcessed")
        return found if isinstance(found, int) else None

    return Job(start, is_done, lambda number, at: _part(session, place, number, at), total)


def _part(session: Session, place: Place, number: str, at: str | None) -> Part:
    asked = {"maxRecords": str(AT_ONCE)} | ({"locator": at} if at else {})
    path = f"{place.jobs}/{number}/results"
    answer = session.get(path, asked, expects={"": str}, accept=CSV)
    rows = _rows(answer.data)
    there = answer.headers.get(COUNT, "")
    if there.isdecimal() and int(there) != len(rows):
        raise NoWayOn(f"gave {len(rows):,} rows of a part that has {int(there):,}")
    following = answer.headers.get(LOCATOR)
    return Part(rows, None if following in NO_MORE else following, answer.request_id)


def _rows(text: str) -> tuple[dict[str, str], ...]:
    csv.field_size_limit(LONGEST)
    try:
        return tuple(csv.DictReader(StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _failed(session: Session, said: dict[str, object]) -> Exception:
    why = str(said.get("errorMessage") or "without saying why")
    what = f"{session.api.source}: a large order at the Bulk API was given up: {why}."
    if said["state"] == "Failed":
        return Rejected(what, todo=ADVICE[403])
    return SourceUnavailable(what, todo="The next sync orders it again.")
