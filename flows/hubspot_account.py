"""What does a HubSpot account hold? Its pipelines, and the properties that look like ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.hubspot_looks import Look, looks_of
from tasks.connectors.api import Rejected
from tasks.connectors.http import Session
from tasks.connectors.hubspot.access import api
from tasks.connectors.hubspot.account import Stage, account
from tasks.connectors.hubspot.places import Places
from tasks.connectors.hubspot.reading import listed, once
from tasks.connectors.hubspot.settings import HubSpotSettings, StageSettings
from tasks.connectors.streams import Row

PIPED = ("deals", "tickets")
DEFINED = ("companies", "deals")
RENEWAL = re.compile(r"\brenew(al|als|ing)?\b", re.IGNORECASE)
NOBODY_SAID = "UTC"  # where it matters to nobody
START: Any = None  # of a listing; no clock is asked


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline of deals or tickets, and its stages."""

    kind: str
    id: str
    label: str
    stages: tuple[Stage, ...]

    @property
    def is_renewal(self) -> bool:
        """Whether its name says that renewals go through it."""
        return self.kind == "deals" and bool(RENEWAL.search(self.label))

    @property
    def in_words(self) -> str:
        """Its stages, and which of them end a deal or close a ticket."""
        return ", ".join(f"{stage.label}{self._end(stage)}" for stage in self.stages) or "no stages"

    def _end(self, stage: Stage) -> str:
        if self.kind == "tickets":
            return " (closed)" if stage.is_closed else ""
        outcome = stage.outcome(StageSettings())
        return "" if outcome == "open" else f" ({outcome})"


@dataclass(frozen=True, slots=True)
class Portal:
    """What was seen of an account, and what could not be seen, as sentences."""

    zone: str | None = None
    currency: str | None = None
    pipelines: tuple[Pipeline, ...] = ()
    looks: tuple[Look, ...] = ()
    unseen: tuple[str, ...] = field(default=())


def looked_at(settings: HubSpotSettings) -> Portal:
    """Return what the account says of itself; nothing of its records is read.

    Raises ``Rejected`` for a token that is wrong, ``SourceUnavailable`` where nobody answers.
    """
    places, unseen = Places(settings.version), list[str]()
    with Session(api(settings)) as session:
        deals = _pipelines("deals", _rows(places.pipelines("deals"), session))
        defined = {kind: _rows(places.properties(kind), session) for kind in DEFINED}
        tickets = _allowed("pipelines of tickets", unseen, places.pipelines("tickets"), session)
        details = _details(places, session)
    known = account(details, (), {}, NOBODY_SAID)
    looks = (look for kind, rows in defined.items() for look in looks_of(kind, rows))
    return Portal(
        known.zone.key if details else None,
        known.currency,
        (*deals, *_pipelines("tickets", tickets)),
        tuple(looks),
        tuple(unseen),
    )


def _rows(path: str, session: Session) -> list[Row]:
    return [row for page in listed(path, session, None, START, archived=False) for row in page.rows]


def _allowed(what: str, unseen: list[str], path: str, session: Session) -> list[Row]:
    try:
        return _rows(path, session)
    except Rejected as error:
        unseen.append(f"{what}: {error}")
        return []


def _details(places: Places, session: Session) -> list[Row]:
    try:
        return [row for page in once(places.account, session, None, START) for row in page.rows]
    except Rejected:
        return []


def _pipelines(kind: str, rows: list[Row]) -> Iterator[Pipeline]:
    for row in rows:
        stages = account((), (row,), {}, NOBODY_SAID).stages
        label = str(row.get("label") or row["id"])
        yield Pipeline(kind, str(row["id"]), label, tuple(stages.values()))
