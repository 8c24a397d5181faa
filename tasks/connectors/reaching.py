"""Can a source be read? Each of its streams is asked for one page, which nobody keeps.

The room of an API has a file ``access.py``, whose ``api(settings)`` says how it wants to be asked;
what is no API but answers has ``looking.py``, whose ``looked_at`` asks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from tasks.catalog import CONNECTORS
from tasks.connectors.api import Api, Rejected
from tasks.connectors.base import Connector
from tasks.connectors.http import Session
from tasks.connectors.landing import CURSOR_IS_OF_NO_USE, NOT_IN_THE_PLAN
from tasks.connectors.outcomes import UNAUTHORIZED
from tasks.connectors.pacing import Budget
from tasks.connectors.retrying import Patience
from tasks.connectors.streams import NoWayOn
from tasks.errors import KeepwellError
from tasks.store import pages_of, stream_state

if TYPE_CHECKING:
    from tasks.config import SourceSettings
    from tasks.connectors.base import Surroundings
    from tasks.connectors.streams import Stream

HASTE = Patience(total_s=20, tries=3)  # somebody is waiting for the answer
ODD = "it answers with rows of another shape than expected."


@dataclass(frozen=True, slots=True)
class Looked:
    """What one stream answered: nothing is wrong, or why it cannot be read.

    ``absent``: the plan has none of it, or the credential may not read it; ``is_refused``: the
    credential is not taken, for this stream or any. ``upto`` is until when it has been read,
    ``last`` when it last brought rows; None for never. ``told`` is what else it said.
    """

    stream: str
    problem: str = ""
    absent: bool = False
    is_refused: bool = False
    upto: datetime | None = None
    last: datetime | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """What the streams of a source answered, and how many requests are left, where it says so.

    ``about`` is who answered, ``notes`` what would better be otherwise.
    """

    source: str
    streams: tuple[Looked, ...]
    left: int | None = None
    about: str = ""
    notes: tuple[str, ...] = ()


def reached(settings: SourceSettings, surroundings: Surroundings) -> Reached | None:
    """Return what every stream of a source answers; None for files."""
    connector: Connector = CONNECTORS.get(settings.kind)  # type: ignore[assignment]
    api = api_of(settings)
    if api is None:
        room = _room(settings, "looking")
        found: Reached | None = room.looked_at(settings, surroundings) if room else None
        return found
    streams = [each for each in connector.streams(settings) if each.every is None]
    budgets: list[Budget] = []

    def heard(headers: Mapping[str, str]) -> Budget | None:
        budget = api.budget(headers)
        if budget is not None:
            budgets.append(budget)
        return budget

    door = replace(api, budget=heard, patience=HASTE)
    with Session(door, surroundings.world) as session:
        looked = tuple(_looked(settings.name, each, session, surroundings) for each in streams)
    left = budgets[-1].remaining if budgets else None
    return Reached(settings.name, looked, left)


def api_of(settings: SourceSettings) -> Api | None:
    """Return how a source wants to be asked; None for what is no API."""
    room = _room(settings, "access")
    if room is None:
        return None
    api: Api = room.api(settings)
    return api


def _room(settings: SourceSettings, file: str) -> ModuleType | None:
    """Return a file of the source's room, None where it has none."""
    name = f"tasks.connectors.{settings.kind}.{file}"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in {name, name.rpartition(".")[0]}:
            raise
        return None


def looked_before(source: str, stream: str, around: Surroundings) -> Looked:
    """Return until when a stream was read, and when it last brought rows."""
    state = None if around.store is None else stream_state(around.store, source, stream)
    last: datetime | None = None
    if around.store is not None and state is not None:
        pages = pages_of(around.store, state)
        last = max((page.fetched_at for page in pages if page.rows), default=None)
    return Looked(stream, upto=state.watermark if state else None, last=last)


def _looked(source: str, stream: Stream, session: Session, around: Surroundings) -> Looked:
    state = None if around.store is None else stream_state(around.store, source, stream.name)
    cursor = state.cursor if state and state.config_hash else None
    found = looked_before(source, stream.name, around)
    try:
        _ask(stream, session.of(stream.name), cursor, around.now)
    except Rejected as error:
        absent = stream.optional and error.status in NOT_IN_THE_PLAN
        refused = error.status == UNAUTHORIZED
        problem = "" if absent else str(error)
        return replace(found, absent=absent, is_refused=refused, problem=problem)
    except KeepwellError as error:
        return replace(found, problem=str(error))
    except (LookupError, TypeError, ValueError, AttributeError, NoWayOn):
        return replace(found, problem=ODD)
    return found


def _ask(stream: Stream, session: Session, cursor: str | None, now: datetime) -> None:
    """Ask for one page from where the last run ended; from the start where that is forgotten."""
    try:
        next(iter(stream.pages(session, cursor, now)), None)
    except Rejected as error:
        if cursor is None or error.status not in CURSOR_IS_OF_NO_USE:
            raise
        next(iter(stream.pages(session, None, now)), None)
