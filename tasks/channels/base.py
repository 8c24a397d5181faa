"""What is a channel: a name, its settings, and one way to hand over a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from tasks.catalog import CHANNELS

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.config.base import ChannelSettings
    from tasks.model import Message, Receipt


class Send(Protocol):
    """How a message is handed over."""

    def __call__(
        self,
        message: Message,
        recipient: str,
        *,
        settings: Any,  # noqa: ANN401 - each channel reads its own settings
        now: datetime,
    ) -> Receipt:
        """Return the receipt, or raise ``DeliveryRejected`` or ``DestinationUnavailable``.

        There is no third way out: what was not receipted was not sent.
        """
        ...


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach people. ``settings`` is the model its part of ``channels`` is checked with.

    ``describes_recipient`` says in words what stands behind the colon of ``key:recipient``.
    """

    key: str
    settings: type[ChannelSettings]
    send: Send
    describes_recipient: str


def channel(entry: Channel) -> Channel:
    """Register ``entry`` and return it."""
    CHANNELS.add(entry)
    return entry


def channel_named(key: str) -> Channel:
    """Return the channel called ``key``; raise ``UnknownName`` with what was probably meant."""
    return cast("Channel", CHANNELS.get(key))
