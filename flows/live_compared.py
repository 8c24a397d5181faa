"""Was anything lost between the vendors and the digest? Rows counted, and figures held together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flows.live_vendors import CRM, DESK
from tasks.catalog import CONNECTORS
from tasks.connectors.latest import latest
from tasks.extract import surroundings
from tasks.store import totals

if TYPE_CHECKING:
    from datetime import datetime

    from flows.workspace import Workspace
    from tasks.connectors.base import Connector
    from tasks.model import Observation


@dataclass(frozen=True, slots=True)
class Sort:
    """Kinds of rows of a vendor, and the tables of the lake that they become.

    ``one_to_one``: each of them is a row there.
    """

    source: str
    kinds: tuple[str, ...]
    tables: tuple[str, ...] = ()
    one_to_one: bool = False


SORTS = (
    Sort(CRM, ("companies",), ("customers",), one_to_one=True),
    Sort(CRM, ("contacts",), ("contacts",), one_to_one=True),
    Sort(CRM, ("owners",), ("owners",), one_to_one=True),
    Sort(CRM, ("calls", "meetings", "emails"), ("touches",), one_to_one=True),
    Sort(CRM, ("feedback_submissions",), ("survey_responses",), one_to_one=True),
    Sort(CRM, ("deals",), ("subscription_versions", "contracts")),
    Sort(CRM, ("line_items",)),
    Sort(DESK, ("tickets",), ("tickets",), one_to_one=True),
    Sort(DESK, ("survey responses",), ("survey_responses",), one_to_one=True),
    Sort(DESK, ("users",), ("contacts",)),
    Sort(DESK, ("organizations",)),
)

# Why a figure may be another one: what a vendor keeps otherwise than the files do.
WHY: Mapping[str, str] = {
    "cancellation_notices": "HubSpot's lost deals count as notices, also of who gave none, but "
    "did not pay",
    "first_response_time": "Zendesk counts in whole minutes, in seconds only for chats",
    "renewal_rate": "HubSpot's deals come due on their last day, the file's contracts a day later",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows of a sort a vendor has, how many were landed, and what the lake has of them."""

    sort: Sort
    held: int
    landed: int
    loaded: tuple[int, ...] = ()  # in each of the sort's tables
    quarantined: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every row is there; merged customers make the lake hold more of them."""
        in_lake = sum(self.loaded) + self.quarantined
        return self.held == self.landed and (not self.sort.one_to_one or in_lake >= self.held)


@dataclass(frozen=True, slots=True)
class Pair:
    """One KPI of one period, from the files and from the vendors."""

    files: Observation
    vendors: Observation

    @property
    def is_same(self) -> bool:
        """Whether both are equal to the last digit."""
        return self._parts(self.files) == self._parts(self.vendors)

    @property
    def why(self) -> str:
        """Why they may differ; empty where nothing is known that could make them."""
        return WHY.get(self.files.kpi, "")

    @property
    def is_fine(self) -> bool:
        """Whether they are the same, or differ for a reason that is known."""
        return self.is_same or bool(self.why)

    @staticmethod
    def _parts(one: Observation) -> tuple[object, ...]:
        return one.numerator, one.denominator, one.n, one.null_reason


def pairs(files: Mapping[str, Observation], vendors: Mapping[str, Observation]) -> tuple[Pair, ...]:
    """Return what both know, in the order of ``files``."""
    return tuple(Pair(one, vendors[kpi]) for kpi, one in files.items() if kpi in vendors)


def kept(
    workspace: Workspace, holds: Mapping[str, Mapping[str, int]], now: datetime
) -> tuple[Kept, ...]:
    """Return for each kind of row what became of those that the vendors hold."""
    landed = {name: _landed(workspace, name, now) for name in holds}
    return tuple(_kept(workspace, holds, landed))


def _kept(
    workspace: Workspace,
    holds: Mapping[str, Mapping[str, int]],
    landed: Mapping[str, Mapping[str, int]],
) -> Iterator[Kept]:
    loads = {(one.source, one.table): one for one in totals(workspace.store)}
    for sort in SORTS:
        held, there = (
            sum(count[sort.source].get(kind, 0) for kind in sort.kinds) for count in (holds, landed)
        )
        in_lake = [loads.get((sort.source, table)) for table in sort.tables]
        quarantined = sum(one.quarantined for one in in_lake if one)
        loaded = tuple(one.loaded if one else 0 for one in in_lake)
        yield Kept(sort, held, there, loaded, quarantined)


def _landed(workspace: Workspace, name: str, now: datetime) -> dict[str, int]:
    """Return how many different rows of each stream of a source have been landed."""
    settings = workspace.settings
    source = next(one for one in settings.sources if one.name == name)
    around = surroundings(settings, now, workspace.store)
    streams = cast("Connector", CONNECTORS.get(source.kind)).streams(source)
    wanted = {kind for sort in SORTS if sort.source == name for kind in sort.kinds}
    return {
        stream.name: sum(1 for _ in latest(name, stream, around))
        for stream in streams
        if stream.name in wanted
    }
