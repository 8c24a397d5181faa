"""How is a customer forgotten? Everywhere at once it cannot be; so what is begun is always ended.

What to look for is written down first, then each place is cleaned, and last what to look for is
cleared. Who is killed in between is gone on from: by the same command, or by the next day's
maintenance. Rows that sums need stay, under a made-up name, so that no figure of the past changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flows.onserver import delete_artifacts
from flows.reading import is_api
from flows.remnants import Remnants
from flows.whois import Customer, called, customer_meant
from flows.workspace import Workspace
from tasks.channels.file import FOLDER, FileSettings
from tasks.config import Settings
from tasks.connectors.cleaning import clean_pages
from tasks.connectors.pagefiles import Written
from tasks.errors import Retry, UnknownName
from tasks.facts.private import ID, NAME, PERSON, STANDS_FOR, renamed
from tasks.facts.rewriting import parts_of, rewrite
from tasks.store import begin_reading, stop_reading, tombstones
from tasks.store.audit import FORGOT, doer, note_on
from tasks.store.forgotten import Forgetting, begin_forgetting, finish_on, unfinished
from tasks.store.scrubbing import correct_pages, scrub, settle_down
from tasks.store.streams import ALL_OF_IT

if TYPE_CHECKING:
    import pyarrow as pa

Show = Callable[[str], None]
HOLDS_S = 3600.0  # of a process that dies, another on this host takes over at once


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was cleared of one customer, by place, and under which name its figures stand now."""

    pseudonym: str
    cleared: Mapping[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would be forgotten, and what is looked for: how many ids, addresses and texts."""

    customer: Customer
    known: Mapping[str, Sequence[str]]


def planned(workspace: Workspace, text: str) -> Plan:
    """Return who is meant by ``text`` and what is known of them; nothing is changed.

    Raises ``UnknownName``, or ``WrongUse`` where several could be meant.
    """
    lake = workspace.settings.lake_path
    try:
        customer = customer_meant(lake, text)
    except UnknownName:
        if (pseudonym := tombstones(workspace.store).stands_for(ID, text)) is None:
            raise
        customer = customer_meant(lake, pseudonym)
        return Plan(customer, {ID: [text], NAME: [], PERSON: []})
    return Plan(customer, called(lake, customer))


def forget(
    workspace: Workspace, plan: Plan, *, now: datetime, show: Show = lambda _doing: None
) -> Forgotten:
    """Forget the customer of ``plan``; return what was cleared.

    Raises ``Retry`` while a sync reads a source, which could bring back what was just cleared.
    """
    with all_sources_held(workspace):
        hashed = {kind: plan.known[kind] for kind in (ID, NAME, PERSON)}
        begun = begin_forgetting(workspace.store, plan.known, hashed)
        return _carried_out(workspace, begun, now, show)


def go_on_forgetting(
    workspace: Workspace, *, now: datetime, show: Show = lambda _doing: None
) -> tuple[Forgotten, ...]:
    """End every forgetting that was begun and not ended; return what was cleared."""
    if not (begun := unfinished(workspace.store)):
        return ()
    with all_sources_held(workspace):
        return tuple(_carried_out(workspace, one, now, show) for one in begun)


def _carried_out(workspace: Workspace, begun: Forgetting, now: datetime, show: Show) -> Forgotten:
    store, settings = workspace.store, workspace.settings
    stones, remnants = tombstones(store), Remnants.of(begun)
    digests: dict[str, tuple[int, str]] = {}

    def note(path: str, written: Written) -> None:
        digests[path] = (written.bytes, written.sha256)

    raw = settings.lake_path / "raw"
    pages = clean_pages(raw, stones.stands_for, remnants.everywhere, note)
    correct_pages(store, digests)
    show("clear the facts")
    clear = partial(_without, stones.stands_for)
    files = sum(rewrite(path, partial(clear, of)) for of, path in parts_of(settings.lake_path))
    show("clear the store")
    rows = scrub(store, remnants.everywhere, remnants.of_message)
    show("clear previews")
    previews = remnants.delete_files(_folders(workspace.settings))
    show("clear what Prefect shows")
    artifacts, told = delete_artifacts(remnants.are_in)
    with store.writing("forgetting") as connection:
        finish_on(connection, begun, now)
        note_on(connection, doer(), FORGOT, begun.pseudonym, now)
    settle_down(store)
    cleared = {"raw pages": pages, "files of the lake": files, **rows, "previews": previews}
    cleared["artifacts of Prefect"] = artifacts
    return Forgotten(begun.pseudonym, {name: n for name, n in cleared.items() if n}, told)


def _without(stands_for: STANDS_FOR, table: str, rows: pa.Table) -> pa.Table:
    return renamed(table, rows, stands_for)


def _folders(settings: Settings) -> tuple[Path, ...]:
    """Return where previews and messages lie as files."""
    channel = settings.channels.get("file")
    written_to = channel.path if isinstance(channel, FileSettings) else settings.resolve(FOLDER)
    return tuple(dict.fromkeys((written_to, settings.resolve(FOLDER))))


@contextmanager
def all_sources_held(workspace: Workspace) -> Iterator[None]:
    """Keep every sync of this workspace out; raise ``Retry`` where one is going on."""
    with ExitStack() as held:
        for source in workspace.settings.sources:
            if is_api(source):
                reading = begin_reading(
                    workspace.store, source.name, ALL_OF_IT, "", lease_s=HOLDS_S
                )
                if reading is None:
                    raise Retry(
                        f"{source.name} is being read right now, and would bring back what is "
                        "cleared.",
                        todo="Run the same command again in a minute.",
                    )
                held.callback(stop_reading, reading)
        yield
