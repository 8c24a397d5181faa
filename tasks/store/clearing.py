"""What does the store let go of after a while? Words of people, never a number or a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, update

from tasks.model import Message
from tasks.store.contents import packed
from tasks.store.entries import State
from tasks.store.tables import loads, outbox, outbox_messages, quarantine

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.store.database import Store

CLEARED = "(cleared)"
OPEN = (State.WAITING.value, State.SENDING.value)


def clear_messages(store: Store, before: datetime) -> int:
    """Clear what messages said that were written before a moment; return how many.

    That they were written, to whom they went and what was answered stays; what still waits to be
    sent is left alone.
    """
    table = outbox_messages.c
    waiting = select(outbox.c.message_id).where(outbox.c.state.in_(OPEN))
    old = (table.written_at < before) & table.subject.is_distinct_from(CLEARED)
    with store.writing("outbox") as connection:
        found = connection.scalars(select(table.id).where(old, table.id.not_in(waiting))).all()
        for number in found:
            clear_message(connection, number)
    return len(found)


def clear_message(connection: Connection, number: int) -> None:
    """Clear what one message said."""
    table = outbox_messages.c
    line = connection.execute(
        select(table.kind, table.subject_key, table.period).where(table.id == number)
    ).one()
    words = (CLEARED, "", CLEARED, CLEARED, CLEARED)  # subject, preheader, text, HTML, Markdown
    empty = Message(line.kind, line.subject_key, line.period, *words, ())
    values = {"subject": CLEARED, "content": packed(empty)}
    connection.execute(update(outbox_messages).where(table.id == number).values(values))


def clear_quarantine(store: Store, before: datetime) -> int:
    """Clear the values of rows refused by loads before a moment; why and where they were stays."""
    rows = quarantine.c
    old_load = select(loads.c.id).where(
        loads.c.source == rows.source, loads.c.id == rows.load_id, loads.c.loaded_at < before
    )
    old = old_load.exists() & ((rows.value != "") | (rows.key != ""))
    with store.writing("manifest") as connection:
        count = connection.scalar(select(func.count()).select_from(quarantine).where(old)) or 0
        if count:
            connection.execute(update(quarantine).where(old).values(value="", key=""))
    return int(count)
