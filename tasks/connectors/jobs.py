"""How are rows read that a vendor first has to gather? Ordered, awaited, and fetched in parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tasks.connectors.api import Rejected
from tasks.connectors.retrying import World
from tasks.connectors.streams import NoWayOn, Page, Row
from tasks.errors import SourceUnavailable

OVER = frozenset({404, 410})  # what a vendor says of a job that it has thrown away
FIRST_S, LONGEST_S, ALL_S = 2.0, 30.0, 3600.0


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a job that is done, and where the next ones are; None at the end."""

    rows: tuple[Row, ...]
    next: str | None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """How a job is ordered, asked after, and read.

    ``is_done(id)`` raises what ended it otherwise; ``total(id)`` is how many rows it must have,
    where the vendor says so.
    """

    start: Callable[[], str]
    is_done: Callable[[str], bool]
    part: Callable[[str, str | None], Part]
    total: Callable[[str], int | None] = lambda _id: None


def by_job(
    job: Job, cursor: str | None, world: World, after: Callable[[], str | None] = lambda: None
) -> Iterator[Page]:
    """Yield the rows of a job, going on with the one that ``cursor`` speaks of.

    ``after()`` is what the next run begins with. Raises SourceUnavailable where it is not done in
    an hour; an order whose job the vendor no longer has is given again.
    """
    known = json.loads(cursor) if cursor and cursor.startswith("{") else {}
    number, at, count = known.get("job"), known.get("at"), known.get("rows", 0)
    if number is None or not _is_there(job, number):
        number, at, count = job.start(), None, 0
    _wait(job, number, world)
    seen = {at}
    while True:
        part = job.part(number, at)
        if part.next in seen and part.next is not None:
            raise NoWayOn("names as its next part one that was read before")
        count += len(part.rows)
        if part.next is None:
            _is_whole(job, number, count)
            yield Page(part.rows, cursor, after(), part.request_id)
            return
        following = json.dumps({"job": number, "at": part.next, "rows": count}, sort_keys=True)
        yield Page(part.rows, cursor, following, part.request_id)
        cursor, at = following, part.next
        seen.add(at)


def _is_there(job: Job, number: str) -> bool:
    try:
        job.is_done(number)
    except Rejected as error:
        if error.status in OVER:
            return False
        raise
    return True


def _wait(job: Job, number: str, world: World) -> None:
    deadline, pause = world.clock() + ALL_S, FIRST_S
    while not job.is_done(number):
        if world.clock() + pause > deadline:
            raise SourceUnavailable(
                "A job that was ordered is not done after an hour.",
                where=f"(job {number})",
                todo="The next sync asks for it again.",
            )
        world.sleep(pause)
        pause = min(LONGEST_S, pause * 1.5)


def _is_whole(job: Job, number: str, count: int) -> None:
    total = job.total(number)
    if total is not None and total != count:
        raise NoWayOn(f"gave {count:,} rows of a job that has {total:,}")
