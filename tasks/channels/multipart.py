"""What does a complete mail look like: text, HTML and pictures in one message?

multipart/alternative
├── text/plain
└── multipart/related
    ├── text/html            asks for its pictures as cid:<name>@keepwell
    └── image/png ...
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.model import Message

NOWHERE = "keepwell.invalid"  # a domain that is promised never to exist
PICTURES_AT = "keepwell"  # the domain of a picture's Content-ID, as the HTML asks for it
_LONGEST_HEADER = 900  # characters; SMTP refuses lines beyond 998 bytes


def mail(message: Message, *, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """Return ``message`` as a mail; the same arguments give the same bytes."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _header(sender)
    made["To"] = _addressee(recipient)
    made["Subject"] = _header(message.subject)
    made["Date"] = now
    made["Message-ID"] = message_id(message, recipient)
    made["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it
    made.set_content(message.text)
    made.add_alternative(message.html, subtype="html")
    _add_pictures(made, message)
    _name_boundaries(made, key(message, recipient))
    return made


def key(message: Message, recipient: str) -> str:
    """Return what identifies a message to a recipient: the same again means it is a repeat."""
    parts = (message.kind, message.subject_key, message.period, recipient)
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def message_id(message: Message, recipient: str) -> str:
    """Return the Message-ID; a mail that is sent again has the one it had."""
    return f"<{key(message, recipient)}@{NOWHERE}>"


def _addressee(recipient: str) -> str | Address:
    if "@" in recipient:
        return _header(recipient)
    return Address(_header(recipient), "nobody", NOWHERE)  # a folder has no mailbox


def _header(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_HEADER]  # a line break would begin another header


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
