"""Is anything older than it may be: a source's sync, a look for digests or alerts, the outbox?

The question of a dead-man's switch: it needs neither Prefect nor anything that should have run, and
is asked by whatever watches a machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.due import DIGEST
from flows.freshness import local, span
from flows.lakeside import source_names
from flows.ledger import REMEMBERED, SYNC
from flows.status import is_held_up
from flows.workspace import Workspace
from tasks.store import UNDELIVERED, Entry, Outcome, Run, entries, runs
from tasks.store.looks import DIGESTS, SENDS, SYNCS, WATCHES, looked_at
from tasks.store.outbox import moment_of

WATCH = "watch"  # the kind of its runs in the ledger


@dataclass(frozen=True, slots=True)
class Age:
    """One thing that should happen again and again, and when it last did; None: never.

    ``is_broken`` is about what failed since, or does not arrive: a source or a destination.
    """

    what: str
    last: datetime | None
    is_broken: bool = False

    def is_older(self, most: timedelta, now: datetime) -> bool:
        """Return whether it last happened longer ago than ``most``."""
        return self.last is None or now - self.last > most


def ages(workspace: Workspace, now: datetime) -> tuple[Age, ...]:
    """Return when each source, the digests, the alerts and the outbox were last attended to."""
    return (
        *_sources(workspace),
        *_digests(workspace),
        *_watch(workspace),
        *_outbox(workspace, now),
    )


def too_old(workspace: Workspace, most: timedelta, now: datetime) -> tuple[Age, ...]:
    """Return what last happened longer ago than ``most``."""
    return tuple(one for one in ages(workspace, now) if one.is_older(most, now))


def exit_code(old: tuple[Age, ...]) -> int:
    """Return 0 for nothing, 1 for what is old, 3 where a source or a destination fails."""
    return 0 if not old else 3 if any(one.is_broken for one in old) else 1


def in_words(old: tuple[Age, ...], most: timedelta, now: datetime, zone: str) -> str:
    """Return one sentence: everything is younger than ``most``, or what is older."""
    if not old:
        return f"Nothing is older than {span(most)}."
    return f"Older than {span(most)}: {'; '.join(_said(one, now, zone) for one in old)}."


def _said(one: Age, now: datetime, zone: str) -> str:
    if one.last is None:
        return f"{one.what} (never)"
    return f"{one.what} ({span(now - one.last)} ago, {local(one.last, zone)})"


def _sources(workspace: Workspace) -> Iterator[Age]:
    """Yield the age of each source: of its last good sync, or of the last look that found no news.

    After a sync that failed, no look counts until one was good.
    """
    looked = looked_at(workspace.store, SYNCS)
    known = runs(workspace.store, kind=SYNC, limit=REMEMBERED)
    for name in source_names(workspace.settings):
        mine = [run for run in known if run.subject == name]
        good = _newest([run.started_at for run in mine if run.outcome is Outcome.DONE])
        is_broken = bool(mine) and mine[0].outcome is Outcome.FAILED
        last = good if is_broken or good is None else _newest([good, looked])
        yield Age(f"the last sync of {name}", last, is_broken)


def _digests(workspace: Workspace) -> Iterator[Age]:
    if workspace.settings.audiences:
        done = _done(runs(workspace.store, kind=DIGEST, limit=REMEMBERED))
        yield Age("the last look for digests", _newest([looked_at(workspace.store, DIGESTS), done]))


def _watch(workspace: Workspace) -> Iterator[Age]:
    """Yield the age of the watch, where somebody is to get alerts or it ever ran."""
    done = _done(runs(workspace.store, kind=WATCH, limit=1))
    last = _newest([looked_at(workspace.store, WATCHES), done])
    if last is not None or workspace.settings.alerts.to:
        yield Age("the last watch", last)


def _outbox(workspace: Workspace, now: datetime) -> Iterator[Age]:
    """Yield when the outbox was last looked into, if ever, and since when its oldest waits."""
    sent = looked_at(workspace.store, SENDS)
    if sent is not None:
        yield Age("the last look into the outbox", sent)
    moment = moment_of(workspace.store)
    waiting = [
        one for one in entries(workspace.store, states=UNDELIVERED) if is_held_up(one, moment)
    ]
    if waiting:
        # the outbox goes by the store's clock: how long it waits is what counts, not since when
        oldest = max(waiting, key=lambda one: moment - one.written_at)
        yield Age(_waiting(waiting), now - (moment - oldest.written_at), is_broken=True)


def _waiting(waiting: list[Entry]) -> str:
    count = len(waiting)
    return (
        "a message that does not go out" if count == 1 else f"{count} messages that do not go out"
    )


def _done(known: tuple[Run, ...]) -> datetime | None:
    return _newest([one.started_at for one in known if one.outcome is Outcome.DONE])


def _newest(moments: list[datetime | None] | list[datetime]) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def facts(old: tuple[Age, ...], every: tuple[Age, ...], now: datetime) -> Mapping[str, object]:
    """Return the same for machines: each thing, its age in hours, and whether it is too old."""
    return {
        "is_old": bool(old),
        "ages": [
            {
                "what": one.what,
                "last": one.last.isoformat() if one.last else None,
                "hours": round((now - one.last) / timedelta(hours=1), 2) if one.last else None,
                "is_old": one in old,
                "is_broken": one.is_broken,
            }
            for one in every
        ],
    }
