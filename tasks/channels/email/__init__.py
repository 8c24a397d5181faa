"""Email: one mail for each recipient, handed to one server, once.

A mail that was handed over without an answer is handed over once more under the same Message-ID,
by which mail programs know it; never a third time.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tasks.channels.base import Attempt, Channel, channel
from tasks.channels.email.addresses import EXAMPLE, NotAnAddress, mistake_in, read_address
from tasks.channels.email.entrance import connected
from tasks.channels.email.handover import begin, finish, name, prepare
from tasks.channels.email.settings import EmailSettings
from tasks.channels.multipart import fingerprint, mail, message_id
from tasks.errors import ChannelUnavailable, DeliveryRejected, DestinationUnavailable
from tasks.model import Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from email.headerregistry import Address

    from tasks.channels.email.session import Session
    from tasks.model import Message

__all__ = ["EMAIL", "EmailSettings", "probe", "send"]
PART = "mail"


def send(
    message: Message, recipient: str, *, settings: EmailSettings, attempt: Attempt, now: datetime
) -> Receipt:
    """Return a receipt whose id is the Message-ID, once the server has taken the mail."""
    if there := attempt.taken(PART):
        return Receipt("email", recipient, there, now)
    to, identity = addressee(recipient), attempt.key or fingerprint(message, recipient)
    made = mail(
        message,
        sender=settings.sender,
        recipient=to,
        now=now,
        identity=identity,
        headers={**settings.headers(to), **_thread(message, recipient, settings)},
    )
    with connected(settings) as session:
        prepare(session, bytes(made), settings.sender, to)
        known_as = message_id(identity, settings.sender)
        taken = attempt.once(PART, lambda: _finished(session, to, known_as))
    return Receipt("email", recipient, taken, now)


def _thread(message: Message, recipient: str, settings: EmailSettings) -> Mapping[str, str]:
    """Return the headers by which a mail stands below the one that it goes on from."""
    before = message.follows.get(f"email:{recipient}")
    if before is None:
        return {}
    first = message_id(before, settings.sender)
    return {"In-Reply-To": first, "References": first}


def _finished(session: Session, recipient: Address, known_as: str) -> str:
    finish(session, recipient)
    return known_as


def addressee(recipient: str) -> Address:
    """Return the address of a recipient; raise ``DeliveryRejected`` where it is none."""
    try:
        return read_address(recipient)
    except NotAnAddress as error:
        raise DeliveryRejected(
            "The message has no address it can be sent to.",
            where=mistake_in(recipient) or "'owner' stands for an address the routing knows.",
            todo="Correct the recipient in keepwell.yaml, or the address in your data.",
        ) from error


def probe(recipients: Sequence[str], *, settings: EmailSettings) -> tuple[str, ...]:
    """Return a sentence for each recipient the server does not take mail for; nothing is sent.

    Raise ``ChannelRejected`` or ``ChannelUnavailable`` where the server cannot be used.
    """
    with connected(settings) as session:
        session.ask("NOOP")
        begin(session, settings.sender)
        found = [_trouble(session, recipient) for recipient in recipients]
        session.ask("RSET")
    return tuple(filter(None, found))


def _trouble(session: Session, recipient: str) -> str:
    """Return why ``recipient`` cannot be reached, or an empty text."""
    if mistake := mistake_in(recipient):
        return mistake
    with suppress(NotAnAddress):
        address = read_address(recipient)
        if address.addr_spec.isascii():  # others can only be named in a mail that is like them
            return _refusal(session, address)
    return ""


def _refusal(session: Session, address: Address) -> str:
    try:
        name(session, address)
    except DeliveryRejected as error:
        return str(error)
    except ChannelUnavailable:
        raise
    except DestinationUnavailable:  # a full mailbox, or a server that wants to be asked twice
        return ""
    return ""


EMAIL = channel(
    Channel(
        "email",
        EmailSettings,
        send,
        f"an address, such as {EXAMPLE}",
        mistake_in,
        probe,
        # mail servers may tell Ana@ from ana@, and none that people use does
        str.lower,
    )
)
