"""What is a channel: a name, its settings, and one way to hand over a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from tasks.catalog import CHANNELS

if TYPE_CHECKING:
    from tasks.config.base import ChannelSettings
    from tasks.model import Message, Receipt

Post = Callable[[], str]  # hands over one part and returns the id the destination gave it
Find = Callable[[datetime], str | None]  # asks for a part that may be there since that moment


class Attempt(Protocol):
    """One try at sending one message to one recipient, with the memory of all tries before.

    A message goes out in one or more parts (a mail is one, a Slack digest is a message and its
    replies). Each part is handed over through ``once``, which makes the promise of the outbox.
    """

    @property
    def key(self) -> str:
        """32 hexadecimal digits that stand for this message to this recipient, at every try."""
        ...

    def taken(self, part: str) -> str | None:
        """Return the destination's id of ``part`` if an earlier try had it confirmed."""
        ...

    def once(self, part: str, post: Post, find: Find | None = None) -> str:
        """Return the destination's id of ``part``, handing it over unless it is there already.

        ``post`` is called at most once, after the intention is on disk and the lease is still
        ours. It returns the id, or raises ``DestinationUnavailable``, ``ChannelUnavailable``,
        ``DeliveryRejected`` or ``ChannelRejected`` where the part was certainly not taken, and
        ``DeliveryUncertain`` where nobody knows. Where an earlier try ended without an answer
        (killed, or uncertain), ``find`` is asked first, with the moment that try began; without
        ``find`` the part is posted a second time, and never a third (``DeliveryAbandoned``).
        """
        ...


class Send(Protocol):
    """How a message is handed over."""

    def __call__(
        self,
        message: Message,
        recipient: str,
        *,
        settings: Any,  # noqa: ANN401 - each channel reads its own settings
        attempt: Attempt,
        now: datetime,
    ) -> Receipt:
        """Return the receipt once every part has been taken; every part goes through ``attempt``.

        Raise ``DeliveryRejected`` (never), ``ChannelRejected`` (we are refused, whoever the
        recipient is), ``DestinationUnavailable`` or ``ChannelUnavailable`` (try again, not before
        its ``after_s``), or let pass what ``attempt.once`` raises. There is no other way out.
        """
        ...


class Probe(Protocol):
    """How a channel is looked at without sending anything."""

    def __call__(
        self,
        recipients: Sequence[str],
        *,
        settings: Any,  # noqa: ANN401 - each channel reads its own settings
    ) -> tuple[str, ...]:
        """Return a sentence for each recipient who could not be reached; empty when all could.

        Raise ``ChannelRejected`` or ``ChannelUnavailable`` where the channel itself is not usable.
        """
        ...


def _nothing(_recipient: str) -> str:
    return ""


def _as_written(recipient: str) -> str:
    return recipient


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach people. ``settings`` is the model its part of ``channels`` is checked with.

    ``describes_recipient`` says in words what stands behind the colon of ``key:recipient``;
    ``mistake_in`` returns what is wrong with one, in a sentence, or an empty text; ``spelled``
    returns the one spelling of it, so that nobody gets a message twice who is written two ways.
    """

    key: str
    settings: type[ChannelSettings]
    send: Send
    describes_recipient: str
    mistake_in: Callable[[str], str] = _nothing
    probe: Probe | None = None
    spelled: Callable[[str], str] = _as_written


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """An attempt without a memory, for what may be written again and again, as a preview."""

    key: str = ""

    def taken(self, part: str) -> str | None:  # noqa: ARG002 - the signature is the protocol's
        """Return nothing: there is no memory."""
        return None

    def once(self, part: str, post: Post, find: Find | None = None) -> str:  # noqa: ARG002 - as above
        """Hand it over."""
        return post()


def channel(entry: Channel) -> Channel:
    """Register ``entry`` and return it."""
    CHANNELS.add(entry)
    return entry


def channel_named(key: str) -> Channel:
    """Return the channel called ``key``; raise ``UnknownName`` with what was probably meant."""
    return cast("Channel", CHANNELS.get(key))
