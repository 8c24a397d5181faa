"""Outbox: send what still waits, whichever run wrote it, every quarter of an hour.

How a run ends is what an operator wants to see at a glance:

- ``NothingWaits``: nobody is owed a message. What a person has to decide stays in its message.
- ``Completed``: what waited has arrived.
- ``StillWaiting``, green: something will be tried again by itself. The run that wrote it ended red,
  and one that is red every quarter of an hour while a server is down says nothing new.
- ``Failed`` or ``PartlySent``, red: something was refused or given up in this run, or a channel
  refuses us. It stays that way until a person has mended it, and the operators are told.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.delivery import deliver_what_waits
from flows.parameters import CONFIG, ConfigFile
from flows.showing import KNOWN, Run, shown
from flows.steps import on_prefect
from flows.stuck import beside_this_run
from flows.verdict import in_words, verdict
from flows.workspace import opened
from tasks.outbox.delivering import Delivered, needs_a_person
from tasks.store import TERMINAL, entries
from tasks.store.looks import SENDS, look

AN_HOUR = timedelta(hours=1)  # four rounds: a run that is later than this has been overtaken


@flow(name="outbox", flow_run_name="outbox, what waits")
def outbox(config: ConfigFile = CONFIG) -> State[object]:
    """Send every message that waits and whose time has come.

    Args:
        config: The configuration file.
    """
    return shown("outbox", lambda run: _outbox(run, Path(config)), most=AN_HOUR)


def _outbox(run: Run, config: Path) -> State[object]:
    for name in beside_this_run(datetime.now(UTC)):
        get_run_logger().warning("The run '%s' was killed; the next can begin.", name)
    with opened(config, os.environ) as workspace:
        delivered = deliver_what_waits(on_prefect(took=run.timed), workspace)
        look(workspace.store, SENDS, datetime.now(UTC))
        given_up = len(entries(workspace.store, states=TERMINAL))
        if delivered.undelivered and workspace.settings.operators.to:
            run.tagged(KNOWN)
    count = len(delivered.entries)
    if count:
        run.named(f"outbox, {count} {'message' if count == 1 else 'messages'}")
    return end_of(delivered, given_up)


def end_of(delivered: Delivered, given_up: int) -> State[object]:
    """Return how a run ends that has ``delivered`` this; ``given_up`` messages need a person."""
    if not delivered.entries:
        return Completed(name="NothingWaits", message=_at_rest(given_up))
    if any(needs_a_person(one) for one in delivered.undelivered):
        return verdict(delivered, (), is_refused=True)
    if delivered.undelivered:
        return Completed(name="StillWaiting", message=in_words(delivered))
    return Completed(message=in_words(delivered))


def _at_rest(given_up: int) -> str:
    if not given_up:
        return "Nobody is owed a message."
    messages = "1 message" if given_up == 1 else f"{given_up} messages"
    return f"Nothing waits. {messages} did not go out, and a person decides: keepwell outbox list."
