"""Deliver: what is in the outbox is sent, and it counts as sent when there is a receipt."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from prefect import task

from tasks.channels.base import Unrecorded, channel_named
from tasks.config import Settings
from tasks.errors import Undelivered
from tasks.model import Message, Receipt
from tasks.outbox import delivering
from tasks.outbox.delivering import Batch, Delivered, complete
from tasks.store import Store

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.tasks import Task


def _may_help(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether something still waits, so that trying again may help."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, Undelivered) and error.waiting > 0


@task(retries=2, retry_delay_seconds=[30, 120], retry_condition_fn=_may_help)
def deliver(store: Store, settings: Settings, batch: Batch, is_urgent: bool = False) -> Delivered:
    """Send these entries of the outbox; raise ``Undelivered`` where some did not go out."""
    return complete(delivering.deliver(store, settings, batch.ids, is_urgent=is_urgent))


@task
def hand_over(settings: Settings, message: Message, recipient: str, now: datetime) -> Receipt:
    """Hand ``message`` to ``channel:address`` at once, past the outbox: a page to be looked at."""
    key, _, address = recipient.partition(":")
    send = channel_named(key).send
    return send(message, address, settings=settings.channels[key], attempt=Unrecorded(), now=now)
