"""How is a mail handed over, so that one last dot decides whether it is the server's?

Everything before the dot can be repeated: a server throws away a mail that ends without it. After
the dot the mail is the server's, unless it says no; where it says nothing, nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.channels.email.answers import DATA, MESSAGE, RECIPIENT, SENDER, unanswered
from tasks.channels.email.session import LOST
from tasks.errors import DeliveryRejected

if TYPE_CHECKING:
    from email.headerregistry import Address

    from tasks.channels.email.session import Session

PATIENCE = 5  # times as long for the answer to a whole mail: giving up early is what doubles it
CRLF = b"\r\n"
END = b".\r\n"
ANSWERS = frozenset({2, 4, 5})


def begin(
    session: Session, sender: Address, recipient: str = "", options: tuple[str, ...] = ()
) -> None:
    """Begin a mail from ``sender``; raise ``ChannelRejected`` where the server refuses them."""
    with session.reachable():
        answer = session.answer(session.wire.mail(sender.addr_spec, options))
    session.expect(SENDER, answer, sender=sender.addr_spec, recipient=recipient)


def name(session: Session, recipient: Address) -> None:
    """Say who gets the mail; raise ``DeliveryRejected`` where the server does not know them."""
    with session.reachable():
        answer = session.answer(session.wire.rcpt(recipient.addr_spec))
    session.expect(RECIPIENT, answer, recipient=recipient.addr_spec)


def prepare(session: Session, content: bytes, sender: Address, recipient: Address) -> None:
    """Hand over a whole mail but for the dot that ends it; raise what any refusal means."""
    begin(session, sender, recipient.addr_spec, _options(session, content, recipient))
    name(session, recipient)
    session.expect(DATA, session.ask("DATA"), recipient=recipient.addr_spec)
    session.inside_mail = True
    with session.reachable():
        session.wire.send(stuffed(content))


def finish(session: Session, recipient: Address) -> None:
    """Send the dot; return when the server has taken the mail, or raise what it said.

    Raise ``DeliveryUncertain`` where it said nothing.
    """
    session.look()
    to = recipient.addr_spec
    try:
        session.socket.settimeout(session.settings.timeout_s * PATIENCE)
        session.wire.send(END)
        answer = session.answer(session.wire.getreply())
    except LOST as error:
        raise unanswered(session.server, to, session.reason(error)) from error
    if answer.kind not in ANSWERS:
        raise unanswered(session.server, to, f"it said {answer}")
    session.inside_mail = False
    session.expect(MESSAGE, answer, recipient=to)


def stuffed(content: bytes) -> bytes:
    """Return ``content`` as it travels: lines end in CRLF, and one with a dot has another."""
    lines = (b"." + line if line.startswith(b".") else line for line in content.splitlines())
    return CRLF.join([*lines, b""])


def _options(session: Session, content: bytes, recipient: Address) -> tuple[str, ...]:
    """Return what the server wants to know of a mail beforehand."""
    size = (f"SIZE={len(content)}",) if session.offers("size") else ()
    if recipient.addr_spec.isascii():
        return size
    if not session.offers("smtputf8"):
        raise DeliveryRejected(
            f"The mail server cannot write to {recipient.addr_spec}.",
            where=f"Mail server {session.server} takes only ASCII letters before the @.",
            todo="Use another address of this person, or another mail server.",
        )
    return (*size, "BODY=8BITMIME", "SMTPUTF8")
