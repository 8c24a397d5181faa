"""Deliver: one message to one recipient; it is sent when there is a receipt, and only then."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from prefect import task

from tasks.channels.base import channel_named
from tasks.config import Settings
from tasks.errors import Retry
from tasks.model import Message, Receipt

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.tasks import Task


def _may_help(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether the error says that trying again may help."""
    return isinstance(state.result(raise_on_failure=False), Retry)


@task(retries=2, retry_delay_seconds=[5, 25], retry_condition_fn=_may_help)
def deliver(settings: Settings, message: Message, recipient: str, now: datetime) -> Receipt:
    """Hand ``message`` to ``channel:address`` and return the receipt; a refusal is raised."""
    key, _, address = recipient.partition(":")
    channel = channel_named(key)
    return channel.send(message, address, settings=settings.channels[key], now=now)
