"""What does a complete mail look like: text, HTML and pictures in one message?

multipart/alternative
├── text/plain
└── multipart/related
    ├── text/html            asks for its pictures as cid:<name>@keepwell
    └── image/png ...

Every line is ASCII and short, whatever the names in it are; the same arguments give the same bytes.
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from tasks.model import Message

NOWHERE = "keepwell.invalid"  # a domain that is promised never to exist
PICTURES_AT = "keepwell"  # the domain of a picture's Content-ID, as the HTML asks for it
_LONGEST_HEADER = 900  # characters; SMTP refuses lines beyond 998 bytes
_UNFIT_LABEL = re.compile(r"[^a-z0-9]+")
_FOR_MACHINES = frozenset(
    {
        "message-id",
        "in-reply-to",
        "references",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "auto-submitted",
    }
)


class _Policy(EmailPolicy):
    """Seven-bit mail; a header for machines is one line as it is, where folding would encode it."""

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401 - as its parent's
        if name.lower() in _FOR_MACHINES:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_SEVEN_BIT = _Policy(linesep="\r\n", cte_type="7bit")
_UTF8_HEADERS = _Policy(linesep="\r\n", cte_type="7bit", utf8=True)


def mail(
    message: Message,
    *,
    sender: Address,
    recipient: Address,
    now: datetime,
    identity: str,
    headers: Mapping[str, str | Address] | None = None,
) -> EmailMessage:
    """Return ``message`` as a mail, with ``identity`` in its Message-ID and ``headers`` in front.

    It is ASCII throughout, unless an address has other letters before its @: such a mail asks for
    a server with SMTPUTF8.
    """
    plain = (sender.addr_spec + recipient.addr_spec).isascii()
    made = EmailMessage(policy=_SEVEN_BIT if plain else _UTF8_HEADERS)
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = one_line(message.subject)
    made["Date"] = now
    made["Message-ID"] = message_id(identity, sender)
    made["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # the same, as Exchange reads it
    made["List-Id"] = list_id(message, sender)
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(_sound(message.text))
    made.add_alternative(_sound(message.html), subtype="html")
    _add_pictures(made, message)
    _name_boundaries(made, identity)
    return made


def message_id(identity: str, sender: Address) -> str:
    """Return the Message-ID; a mail that is sent again has the one it had."""
    return f"<{identity}@{sender.domain}>"


def list_id(message: Message, sender: Address) -> str:
    """Return the List-Id, by which a mail program sorts: the same for all digests of a company."""
    label = _UNFIT_LABEL.sub("-", message.kind.lower()).strip("-") or "message"
    return f"<{label}.keepwell.{sender.domain}>"


def fingerprint(message: Message, recipient: str) -> str:
    """Return what identifies a message to a recipient where no outbox has given it a key."""
    parts = (message.kind, message.subject_key, message.period, recipient)
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def mailbox(name: str, username: str, domain: str) -> Address:
    """Return the address ``name <username@domain>``, whatever the name is."""
    return Address(one_line(name), username, domain)


def one_line(text: str) -> str:
    """Return ``text`` as it can stand in a header: one line that nobody reads as another header.

    ``=?`` would begin an encoded word, which may hold a line break; so it is taken apart.
    """
    visible = "".join(" " if category(letter) == "Cc" else letter for letter in _sound(text))
    return " ".join(visible.split())[:_LONGEST_HEADER].replace("=?", "= ?")


def _sound(text: str) -> str:
    """Return ``text`` with the halves of torn letters replaced: no encoding can carry them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _add_pictures(made: EmailMessage, message: Message) -> None:
    html = made.get_body(("html",))
    if not isinstance(html, EmailMessage):
        raise TypeError("the HTML part was added a moment ago")
    for image in message.images:
        html.add_related(
            image.png,
            "image",
            "png",
            cid=f"<{image.name}@{PICTURES_AT}>",
            filename=f"{image.name}.png",
            disposition="inline",
        )


def _name_boundaries(made: EmailMessage, identity: str) -> None:
    containers = [part for part in made.walk() if part.is_multipart()]
    for number, part in enumerate(containers):
        part.set_boundary(f"=_{identity}_{number}")
