"""What does keepwell.yaml say about mail? ``channels.email``, checked before anything is sent."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from tasks.channels.email.addresses import NotAnAddress, ascii_domain, read_address, read_mailbox
from tasks.config.base import ChannelSettings, Text
from tasks.config.context import context_of
from tasks.config.wording import Found, misplaced, wrong

TLS_PORT = 465  # a server speaks TLS there from the first byte
PORTS = {"auto": 587, "starttls": 587, "implicit": TLS_PORT, "none": 25}
ONE_CLICK = "List-Unsubscribe=One-Click"  # what a mail program posts to an https address
_LONGEST_LINK = 700
_LINK = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+")  # ASCII one can see, but no < and >


def _sender(written: object) -> Address:
    try:
        made = read_mailbox(str(written))
    except NotAnAddress as error:
        todo = 'Write "Keepwell <kpi@example.com>", or an address alone.'
        raise wrong(f"it {error}.", todo) from error
    if not made.username.isascii():
        raise wrong("it has other letters than a to z before the @.", "Use another address.")
    return made


def _host(written: str) -> str:
    try:
        return str(ip_address(written.strip("[]")))
    except ValueError:
        pass
    if "://" in written or "/" in written:
        raise wrong("it is a URL.", "Write the name alone, such as smtp.example.com.")
    if re.search(r":\d+$", written):
        raise wrong("it has a port in it.", "Write the number under 'port'.")
    try:
        return ascii_domain(written)
    except NotAnAddress:
        raise wrong("it is not the name of a server.", "Write smtp.example.com.") from None


def _link(written: str) -> str:
    parts = urlsplit(written)
    if len(written) > _LONGEST_LINK or "=?" in written or not _LINK.fullmatch(written):
        raise wrong("it is too long, or has letters a link cannot have.", "Write it encoded.")
    if parts.scheme == "mailto":
        try:
            read_address(parts.path)
        except NotAnAddress as error:
            raise wrong(f"after mailto: it {error}.", "Write mailto:kpi@example.com.") from error
    elif parts.scheme != "https" or not parts.hostname:
        raise wrong("it is neither a mail nor an https link.", "Write mailto:... or https://...")
    return written


def _authority(path: Path, info: ValidationInfo) -> Path:
    whole = context_of(info).path.parent / path.expanduser()
    try:
        ssl.create_default_context(cafile=whole)
    except (OSError, ssl.SSLError) as error:
        todo = "Give a PEM file with the certificate your mail server's was signed with."
        raise wrong(f"no certificates in {whole}: {error.strerror or error}.", todo) from error
    return whole


Sender = Annotated[Address, PlainValidator(_sender, json_schema_input_type=str)]


class EmailSettings(ChannelSettings):
    """``channels.email``: which server takes our mail, and whom it is from."""

    host: Annotated[
        Text, AfterValidator(_host), Field(description="the mail server, such as smtp.example.com")
    ]
    sender: Annotated[
        Sender,
        Field(alias="from", description='whom mail is from, such as "Keepwell <kpi@example.com>"'),
    ]
    port: Annotated[
        int | None,
        Field(ge=1, le=65535, description="if not 587 (465 for tls: implicit, 25 for tls: none)"),
    ] = None
    username: Annotated[Text | None, Field(description="the name to log in with")] = None
    password: Annotated[SecretStr | None, Field(description="the password to log in with")] = None
    tls: Annotated[
        Literal["auto", "starttls", "implicit", "none"],
        Field(description="how the connection is encrypted: auto, starttls, implicit or none"),
    ] = "auto"
    reply_to: Annotated[Sender | None, Field(description="where answers go, if elsewhere")] = None
    unsubscribe: Annotated[
        Annotated[Text, AfterValidator(_link)] | None,
        Field(description="a mailto: or https: link for those who want no more of it"),
    ] = None
    ca_file: Annotated[
        Annotated[Path, AfterValidator(_authority)] | None,
        Field(description="a PEM file with your own certificate authority"),
    ] = None
    timeout_s: Annotated[
        float, Field(ge=0.1, le=600, description="how many seconds the server may take to answer")
    ] = 60

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - anything
        optional = {"username", "password", "reply_to", "unsubscribe", "ca_file", "port"}
        return None if value == "" and info.field_name in optional else value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if found := _contradictions(self):
            raise misplaced("email", found)
        return self

    @property
    def implicit(self) -> bool:
        """Whether the connection is encrypted from the first byte; ``auto`` knows by the port."""
        return self.tls == "implicit" or (self.tls == "auto" and self.port == TLS_PORT)

    @property
    def address(self) -> tuple[str, int]:
        """The host and the port to connect to."""
        return self.host, self.port or PORTS[self.tls]

    def headers(self, recipient: Address) -> Mapping[str, str | Address]:
        """Return the headers for answers and for leaving; ``{recipient}`` is filled in."""
        answers = {"Reply-To": self.reply_to} if self.reply_to else {}
        link = self.unsubscribe or self._mail_to_leave
        link = link.replace("{recipient}", quote(recipient.addr_spec, safe=""))
        once = {"List-Unsubscribe-Post": ONE_CLICK} if link.startswith("https:") else {}
        return {**answers, "List-Unsubscribe": f"<{link}>", **once}

    @property
    def _mail_to_leave(self) -> str:
        box = (self.reply_to or self.sender).addr_spec
        return f"mailto:{quote(box, safe='@')}?subject=unsubscribe"


def _contradictions(settings: EmailSettings) -> list[Found]:
    found = list[Found]()
    if settings.username and not settings.password:
        found.append((("password",), "missing.", "Add it, or remove the username."))
    if settings.password and not settings.username:
        found.append((("username",), "missing.", "Add it, or remove the password."))
    if settings.password and settings.tls == "none":
        what = "a password is never sent without encryption."
        found.append((("tls",), what, "Use auto, starttls or implicit; or remove the password."))
    if settings.port == TLS_PORT and settings.tls in {"starttls", "none"}:
        what = f"port {TLS_PORT} is encrypted from the first byte."
        found.append((("tls",), what, "Use implicit, or port 587."))
    return found
