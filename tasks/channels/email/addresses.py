"""What is one e-mail address, and how is it written for a mail server?"""

from __future__ import annotations

import re
from email.headerregistry import Address
from unicodedata import category

from tasks.channels.multipart import mailbox

EXAMPLE = "ana@example.com"
WRITE_ONE = f"Write one plain address, such as {EXAMPLE}."
OWNER = "owner"  # the routing puts each owner's own address in its place
_LONGEST_LOCAL, _LONGEST = 64, 254  # bytes, as RFC 5321 allows
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_SPECIAL = frozenset('"(),:;<>@[\\]')
_UNSEEN = ("C", "Z")  # controls, marks of direction, halves of letters, and all kinds of spaces
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


class NotAnAddress(ValueError):
    """A text that is not one e-mail address; it says why."""


def read_address(text: str, name: str = "") -> Address:
    """Return the address ``text``, its domain in ASCII; raise ``NotAnAddress``."""
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise NotAnAddress("is not an e-mail address")
    if "@" in local or "," in text or ";" in text:
        raise NotAnAddress("is more than one e-mail address")
    if any(category(letter)[0] in _UNSEEN for letter in text):
        raise NotAnAddress("has a space or an unseen letter in it")
    if _SPECIAL & set(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise NotAnAddress("is not a plain e-mail address")
    made = mailbox(name, local, ascii_domain(domain))
    if len(local.encode()) > _LONGEST_LOCAL or len(made.addr_spec.encode()) > _LONGEST:
        raise NotAnAddress("is too long for an e-mail address")
    return made


def read_mailbox(text: str) -> Address:
    """Return the address of ``Name <address>`` or of an address; raise ``NotAnAddress``."""
    if match := _NAMED.fullmatch(text.strip()):
        return read_address(match["address"].strip(), match["name"].strip().strip('"'))
    return read_address(text.strip())


def ascii_domain(domain: str) -> str:
    """Return ``domain`` as the mail servers of the world know it; raise ``NotAnAddress``."""
    ascii_ = domain if domain.isascii() else _encoded(domain)
    if not all(_LABEL.fullmatch(label) for label in ascii_.split(".")):
        raise NotAnAddress(f"has no domain a mail can be sent to: '{shown(domain)}'")
    return ascii_


def _encoded(domain: str) -> str:
    import idna  # noqa: PLC0415 - few domains need it; Python's own codec makes another one of ß

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


def mistake_in(recipient: str) -> str:
    """Return what is wrong with a recipient, in a sentence; an empty text where nothing is."""
    if recipient == OWNER:
        return ""
    try:
        read_address(recipient)
    except NotAnAddress as error:
        return f"'{shown(recipient)}' {error}. {WRITE_ONE}"
    return ""


def shown(text: str) -> str:
    """Return ``text`` so that a sentence can hold it: one line, not long, nothing unseen."""
    seen = "".join("?" if category(letter)[0] == "C" else letter for letter in text)
    return seen if len(seen) <= 80 else f"{seen[:77]}..."  # noqa: PLR2004 - a line of a terminal
