"""Which entries of the outbox did somebody ask for, and how do they look outside?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.figures import instant, text_table
from tasks.calendar import zone_named
from tasks.errors import WrongUse
from tasks.store import UNDELIVERED, Entry, State, Store, entries, is_abandoned
from tasks.store.outbox import moment_of

RECENT = timedelta(days=90)  # how far back --all looks
COLUMNS = ("number", "state", "to", "subject", "period", "tries", "then")
LONGEST = 60  # characters of a subject; an alert's can name a customer with 500
NOTHING = "Nothing waits: everything was delivered."


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is for the outbox, and in which zone people read it."""

    now: datetime
    zone: str

    def shown(self, at: datetime | None) -> str:
        """Return an instant as people read it: ``2026-03-02 08:00``; empty for None."""
        return f"{at.astimezone(zone_named(self.zone)):%Y-%m-%d %H:%M}" if at else ""


def clock_of(store: Store, zone: str) -> Clock:
    """Return the store's clock, for people in ``zone``."""
    return Clock(moment_of(store), zone)


def undelivered(store: Store) -> tuple[Entry, ...]:
    """Return what has not arrived, oldest first."""
    return entries(store, states=UNDELIVERED)


def recent(store: Store, clock: Clock) -> tuple[Entry, ...]:
    """Return what was written lately, oldest first, and whatever older has not arrived."""
    since = clock.now - RECENT
    return tuple(
        one for one in entries(store) if one.written_at >= since or one.state in UNDELIVERED
    )


def chosen(
    store: Store, numbers: Sequence[int], clock: Clock, *, every: bool, verb: str
) -> tuple[Entry, ...]:
    """Return the entries a person named, or with ``every`` all that have not arrived.

    Raises ``WrongUse`` for no choice, for both, for numbers that are not there or were sent.
    """
    if bool(numbers) is every:
        raise WrongUse(
            "say which messages: their numbers, or --all, but not both.",
            todo=f"See them with 'keepwell outbox list', then type 'keepwell outbox {verb} 12'.",
        )
    if every:
        return undelivered(store)
    found = entries(store, ids=numbers)
    _must_be_there(numbers, found)
    _must_not_be_sent(found, clock, verb)
    return found


def _must_be_there(numbers: Iterable[int], found: Iterable[Entry]) -> None:
    there = {one.id for one in found}
    missing = [str(number) for number in dict.fromkeys(numbers) if number not in there]
    if missing:
        raise WrongUse(
            f"there is no message {', '.join(missing)} in the outbox.",
            todo="See the numbers with 'keepwell outbox list --all'.",
        )


def _must_not_be_sent(found: Iterable[Entry], clock: Clock, verb: str) -> None:
    for one in found:
        if one.state is State.SENT:
            raise WrongUse(
                f"message {one.id} was sent to {one.to} at {clock.shown(one.settled_at)};",
                todo=f"leave it out: there is nothing to {verb}, and nobody gets it twice.",
            )


def as_table(found: Sequence[Entry], clock: Clock) -> str:
    """Return a line for each entry, and below it why it has not arrived and what to do."""
    table = text_table(COLUMNS, [_line(one, clock) for one in found], right=("number", "tries"))
    head, *lines = table.splitlines()
    told = ["\n".join([line, *_why(one)]) for line, one in zip(lines, found, strict=True)]
    return "\n".join([head, *told])


def _line(entry: Entry, clock: Clock) -> list[str]:
    numbers = (str(entry.id), str(entry.attempts))
    to, subject = _plain(entry.to), _short(_plain(entry.subject))
    return [numbers[0], entry.state, to, subject, entry.period, numbers[1], then(entry, clock)]


def then(entry: Entry, clock: Clock) -> str:
    """Return when an entry is tried next, or when and as what it was settled."""
    settled = clock.shown(entry.settled_at)
    match entry.state:
        case State.WAITING:
            is_later = entry.not_before is not None and entry.not_before > clock.now
            return f"next try {clock.shown(entry.not_before)}" if is_later else "next try at once"
        case State.SENDING:
            is_left = is_abandoned(entry, clock.now)
            return "its sender is gone; next try at once" if is_left else "being sent right now"
        case State.SENT:
            return f"{settled}, {_plain(entry.receipt_id or '')}"
    return settled


def _why(entry: Entry) -> Iterator[str]:
    """Yield what happened, where, and what to do, for whatever has not arrived."""
    problem = entry.problem
    if problem is not None and entry.state is not State.SENT:
        told = (problem.what, problem.where, problem.todo)
        yield from (f"        {_plain(sentence)}" for sentence in told if sentence)


def _plain(text: str) -> str:
    """Return ``text`` without what would move the cursor or turn the line around."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def as_record(entry: Entry) -> dict[str, object]:
    """Return an entry for JSON, instants in UTC, nothing as null."""
    problem = entry.problem
    return {
        "id": entry.id,
        "state": str(entry.state),
        "channel": entry.channel,
        "recipient": entry.recipient,
        "kind": entry.kind,
        "subject": entry.subject,
        "period": entry.period,
        "attempts": entry.attempts,
        "written_at": instant(entry.written_at),
        "next_try_at": instant(entry.not_before) or None,
        "settled_at": instant(entry.settled_at) or None,
        "receipt": entry.receipt_id,
        "problem": problem
        and {
            "kind": problem.kind,
            "what": problem.what,
            "where": problem.where,
            "todo": problem.todo,
        },
    }
