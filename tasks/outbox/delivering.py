"""How are many messages sent? Each once, failures after everybody else, within some patience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING

from tasks.errors import ChannelRejected, Undelivered
from tasks.outbox.sending import try_once
from tasks.store.entries import TERMINAL, UNDELIVERED, Entry, State, content, entries
from tasks.store.leases import LEASE_S, Claim, claim, settled_at, share
from tasks.store.outbox import moment_of

if TYPE_CHECKING:
    from tasks.config import Settings
    from tasks.model import Message
    from tasks.store.database import Store

PATIENCE_S = 30.0  # how long one run waits for others, all its pauses together
LOOKS_AGAIN_S = 0.5  # while another process is sending
SHORTEST_S = 0.05


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that are sent together, and through which channels."""

    ids: tuple[int, ...]
    channels: tuple[str, ...]

    def __str__(self) -> str:
        """Return ``3 messages by email and slack``."""
        count = len(self.ids)
        return f"{count} {'message' if count == 1 else 'messages'} by {' and '.join(self.channels)}"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How far each entry has come when a run was over."""

    entries: tuple[Entry, ...] = ()

    def __add__(self, other: Delivered) -> Delivered:
        """Return both together."""
        return Delivered(self.entries + other.entries)

    @property
    def sent(self) -> tuple[Entry, ...]:
        """Those with a receipt, from this run or an earlier one."""
        return tuple(one for one in self.entries if one.state is State.SENT)

    @property
    def undelivered(self) -> tuple[Entry, ...]:
        """Those that are refused, failed, or still waiting."""
        return tuple(one for one in self.entries if one.state in UNDELIVERED)

    @property
    def exit_code(self) -> int:
        """0 when everybody has got everything, else 3."""
        return 3 if self.undelivered else 0


@dataclass(frozen=True, slots=True)
class _Wait:
    """How long nothing can be done, and whether that is because another process is at it."""

    seconds: float
    is_for_others: bool


@dataclass(slots=True)
class _Run:
    """What one run knows besides the outbox: what it tried, and which channels rest until when."""

    store: Store
    settings: Settings
    ids: tuple[int, ...]
    is_urgent: bool
    lease_s: float
    tried: Counter[int] = field(default_factory=Counter)
    resting: dict[str, datetime] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)


def deliver(
    store: Store,
    settings: Settings,
    ids: Iterable[int],
    *,
    is_urgent: bool = False,
    patience_s: float = PATIENCE_S,
    lease_s: float = LEASE_S,
    pause: Callable[[float], None] = sleep,
) -> Delivered:
    """Try the entries ``ids`` and return how far each has come.

    Every entry is tried before any is tried again. ``is_urgent`` is somebody at the keyboard: what
    waits for its time is tried now. All pauses together last at most ``patience_s`` seconds; what
    another process is sending is waited for until its lease must be over. Raises StoreUnavailable
    and StoreUnusable.
    """
    run = _Run(store, settings, tuple(ids), is_urgent, lease_s)
    left = {True: lease_s + LOOKS_AGAIN_S * 4, False: patience_s}
    while True:
        _try_what_is_free(run)
        wait = _next_wait(run)
        if wait is None or wait.seconds > left[wait.is_for_others]:
            return Delivered(entries(store, ids=run.ids))
        pause(wait.seconds)
        left[wait.is_for_others] -= wait.seconds


def needs_a_person(entry: Entry) -> bool:
    """Return whether trying again cannot help, or not before somebody has mended something."""
    is_refused_channel = (
        entry.problem is not None and entry.problem.kind == ChannelRejected.__name__
    )
    return entry.state in TERMINAL or (entry.state is State.WAITING and is_refused_channel)


def complete(delivered: Delivered) -> Delivered:
    """Return ``delivered`` if everybody has got everything, else raise ``Undelivered``."""
    missing = delivered.undelivered
    if not missing:
        return delivered
    first = next((one for one in missing if one.problem is not None), missing[0])
    raise Undelivered(
        f"{len(missing)} of {len(delivered.sent) + len(missing)} messages did not go out.",
        where=f"{first.to}: {first.problem or first.state}",
        todo="See: keepwell outbox list.",
        waiting=sum(not needs_a_person(one) for one in missing),
    )


def _try_what_is_free(run: _Run) -> None:
    while one := _next_claim(run):
        tries = run.tried[one.entry.id] if run.is_urgent else one.entry.attempts - 1
        run.tried[one.entry.id] += 1
        moment = moment_of(run.store)
        tried = try_once(one, _message(run, one), run.settings, tries=tries, now=moment)
        if tried is not None and tried.channel_rests:
            until = moment + timedelta(seconds=tried.settlement.wait_s)
            run.resting[one.entry.channel] = until
            share(run.store, run.ids, one.entry.channel, tried.settlement)


def _next_claim(run: _Run) -> Claim | None:
    awake = _awake(run)
    fresh = [one for one in awake if not run.tried[one]]
    again = [one for one in awake if run.tried[one]]
    first = claim(run.store, fresh, ahead_of_time=run.is_urgent, lease_s=run.lease_s)
    return first or claim(run.store, again, lease_s=run.lease_s)


def _awake(run: _Run) -> list[int]:
    if not run.resting:
        return list(run.ids)
    now = moment_of(run.store)
    asleep = {channel for channel, until in run.resting.items() if until > now}
    found = entries(run.store, ids=run.ids)
    return [one.id for one in found if one.channel not in asleep]


def _message(run: _Run, one: Claim) -> Message:
    number = one.entry.message_id
    if number not in run.messages:
        run.messages[number] = content(run.store, number)
    return run.messages[number]


def _next_wait(run: _Run) -> _Wait | None:
    """Return the shortest wait after which something is free; None when none could help."""
    now = moment_of(run.store)
    pending = entries(run.store, ids=run.ids, states=[State.WAITING, State.SENDING])
    waits = [_wait(run, one, now) for one in pending]
    return min(waits, key=lambda wait: wait.seconds, default=None)


def _wait(run: _Run, entry: Entry, now: datetime) -> _Wait:
    if entry.state is State.SENDING:
        return _Wait(LOOKS_AGAIN_S, is_for_others=True)
    moments = [run.resting.get(entry.channel), *settled_at(entry, now)]
    if run.tried[entry.id] or not run.is_urgent:
        moments.append(entry.not_before)
    latest = max((one for one in moments if one is not None), default=now)
    return _Wait(max((latest - now).total_seconds(), SHORTEST_S), is_for_others=False)
