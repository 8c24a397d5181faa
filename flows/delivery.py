"""How does a message reach people? It is put into the outbox, and what is there is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from flows.operators import tell_operators
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.errors import Undelivered
from tasks.outbox.delivering import Batch, Delivered
from tasks.store import Entry, State, entries

OPEN = (State.WAITING, State.SENDING)


def deliver(
    steps: Steps, workspace: Workspace, ids: Iterable[int], *, is_urgent: bool = False
) -> Delivered:
    """Send these entries of the outbox; tell the operators what did not go out, and return all.

    ``is_urgent`` is somebody at the keyboard: nothing waits for its time, and all channels share
    one stretch of patience. On schedule each channel has its own, and is a step of its own.
    """
    chosen = tuple(ids)
    _send(steps, workspace, chosen, is_urgent=is_urgent)
    told = tell_operators(steps, workspace)
    _send(steps, workspace, told, is_urgent=is_urgent)
    return Delivered(entries(workspace.store, ids=chosen))


def deliver_what_waits(steps: Steps, workspace: Workspace) -> Delivered:
    """Send whatever is still in the outbox, of whatever run, whose time has come."""
    return deliver(steps, workspace, [one.id for one in entries(workspace.store, states=OPEN)])


def _send(steps: Steps, workspace: Workspace, ids: Iterable[int], *, is_urgent: bool) -> None:
    still = entries(workspace.store, ids=ids, states=OPEN)
    for batch in _together(still) if is_urgent else _by_channel(still):
        # What did not go out stands in the outbox with its reason: the caller reads it there.
        with suppress(Undelivered):
            steps.deliver(workspace.store, workspace.settings, batch, is_urgent)


def _together(still: Sequence[Entry]) -> Iterator[Batch]:
    if still:
        channels = tuple(sorted({one.channel for one in still}))
        yield Batch(tuple(one.id for one in still), channels)


def _by_channel(still: Sequence[Entry]) -> Iterator[Batch]:
    ordered = sorted(still, key=lambda one: (one.channel, one.id))
    for channel, group in groupby(ordered, key=lambda one: one.channel):
        yield Batch(tuple(one.id for one in group), (channel,))
