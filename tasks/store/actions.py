"""Which actions were taken, by whom, from when to when? What happened to each is kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from tasks.errors import UnknownName, WrongUse
from tasks.model import ALL
from tasks.store.audit import ACTED, note_on
from tasks.store.deeds import action_events
from tasks.store.deeds import actions as table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from tasks.store.database import Store

SUBJECT = "actions"  # who writes to them takes turns
IDENTITY = ("name", "kpi", "segment_dimension", "segment", "begins")


@dataclass(frozen=True, slots=True)
class Action:
    """Something people do about ``kpi`` in a segment; ``ends`` is its last day, None while it runs.

    ``id`` is what commands call it; 0 for one that is not stored.
    """

    name: str
    kpi: str
    begins: date
    segment_dimension: str = ALL
    segment: str = ALL
    ends: date | None = None
    owner: str = ""
    note: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """What happened to an action: ``what`` is added, changed, ended or reopened; who, and when.

    ``day`` is the last day of an action that was ended.
    """

    action_id: int
    what: str
    who: str
    at: datetime
    day: date | None = None


def add_action(store: Store, action: Action, *, who: str, now: datetime) -> tuple[Action, bool]:
    """Return the action as it is stored, and whether this changed anything.

    The same name, KPI, segment and first day are the same action: what else is said of it now
    counts, what is left out stays as it was.
    """
    with store.writing(SUBJECT) as connection:
        known = connection.execute(_same(action)).one_or_none()
        if known is None:
            statement = insert(table).values(_row(action)).returning(table)
            new = _action(connection.execute(statement).one())
            _note(connection, ActionEvent(new.id, "added", who, now, new.ends))
            return new, True
        merged = {name: value for name, value in _row(action).items() if value not in {"", None}}
        before = _action(known)
        after = _changed(connection, before.id, merged)
        if after != before:
            _note(connection, ActionEvent(after.id, "changed", who, now, after.ends))
        return after, after != before


def end_action(
    store: Store, number: int, *, on: date, who: str, now: datetime
) -> tuple[Action, bool]:
    """Return the action with ``on`` as its last day, and whether this changed anything.

    Raise ``WrongUse`` where no action has that number, or it began later.
    """
    with store.writing(SUBJECT) as connection:
        line = connection.execute(select(table).where(table.c.id == number)).one_or_none()
        if line is None:
            raise WrongUse(f"There is no action {number}.", todo="See 'keepwell actions list'.")
        before = _action(line)
        if on < before.begins:
            what = f"'{before.name}' begins on {before.begins} and cannot end on {on}."
            raise WrongUse(what, todo="Name a later day with --on.")
        if before.ends == on:
            return before, False
        after = _changed(connection, number, {"ends": on})
        _note(connection, ActionEvent(number, "ended", who, now, on))
        return after, True


def action_named(found: Sequence[Action], text: str) -> Action:
    """Return the action called ``text``: its number, or its name; of several the one that runs.

    Raise ``UnknownName`` with what was probably meant, ``WrongUse`` where several could be, and
    for a number that none has.
    """
    wanted = text.strip()
    for one in found:
        if wanted in {str(one.id), f"#{one.id}"}:
            return one
    named = [one for one in found if one.name.casefold() == wanted.casefold()]
    running = [one for one in named if one.ends is None] or named
    if not named and wanted.lstrip("#").isdecimal():
        raise WrongUse(f"There is no action {wanted}.", todo="See 'keepwell actions list'.")
    if not named:
        raise UnknownName("action", text, {one.name for one in found})
    if len(running) > 1:
        numbers = ", ".join(str(one.id) for one in running)
        raise WrongUse(f"'{text}' may be several actions:", todo=f"give a number, {numbers}.")
    return running[0]


def actions(store: Store) -> tuple[Action, ...]:
    """Return every action, in the order in which they began."""
    statement = select(table).order_by(table.c.begins, table.c.id)
    with store.reading() as connection:
        return tuple(_action(line) for line in connection.execute(statement))


def action_history(store: Store) -> tuple[ActionEvent, ...]:
    """Return what happened to every action, oldest first."""
    known = action_events.c
    statement = select(known.action_id, known.what, known.who, known.at, known.day)
    with store.reading() as connection:
        lines = connection.execute(statement.order_by(known.id))
        return tuple(ActionEvent(*line) for line in lines)


def _same(action: Action) -> Any:  # noqa: ANN401 - a SELECT of all columns
    return select(table).where(and_(*(table.c[name] == getattr(action, name) for name in IDENTITY)))


def _row(action: Action) -> dict[str, Any]:
    return {column.name: getattr(action, column.name) for column in table.c if column.name != "id"}


def _changed(connection: Connection, number: int, values: dict[str, Any]) -> Action:
    statement = update(table).where(table.c.id == number).values(values).returning(table)
    return _action(connection.execute(statement).one())


def _note(connection: Connection, event: ActionEvent) -> None:
    row = {name: getattr(event, name) for name in ("action_id", "what", "who", "at", "day")}
    connection.execute(insert(action_events).values(row))
    note_on(connection, event.who, ACTED, f"action {event.action_id}", event.at, event.what)


def _action(line: Row[Any]) -> Action:
    return Action(**line._mapping)  # noqa: SLF001 - the public name of a row as a mapping
