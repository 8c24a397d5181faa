"""How do we get in to a mail server: connect, encrypt, log in, and never a password in the open?"""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from tasks.channels.email.answers import GREETING, LOGIN, STARTTLS, Answer, quoted
from tasks.channels.email.session import CONNECT_S, Session
from tasks.errors import ChannelRejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.channels.email.settings import EmailSettings

ASKS_FOR_MORE = 3
BROKE_OFF = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


@contextmanager
def connected(settings: EmailSettings) -> Iterator[Session]:
    """Give a session that is encrypted and logged in as ``settings`` say; hang up at the end.

    Raise ``ChannelUnavailable`` where the server cannot be talked to now and ``ChannelRejected``
    where it refuses us or cannot be trusted.
    """
    session = Session(settings)
    try:
        _connect(session)
        _introduce(session)
        _secure(session)
        if settings.username and settings.password:
            _log_in(session, settings.username, settings.password.get_secret_value())
        yield session
    finally:
        session.close()


def _connect(session: Session) -> None:
    settings = session.settings
    with session.reachable():
        wait_s = min(CONNECT_S, settings.timeout_s)
        session.wire.sock = socket.create_connection(settings.address, wait_s)
        session.socket.settimeout(settings.timeout_s)
        session.wire.local_hostname = own_name(session.socket.getsockname()[0])
        if settings.implicit:
            _encrypt(session)
        answer = session.answer(session.wire.getreply())
    session.expect(GREETING, answer)


def own_name(ip: str) -> str:
    """Return what this computer calls itself: its address, which needs no name service."""
    address = ip_address(ip)
    return f"[IPv6:{address}]" if isinstance(address, IPv6Address) else f"[{address}]"


def is_this_computer(ip: str) -> bool:
    """Return whether a connection to ``ip`` never leaves this computer."""
    address = ip_address(ip)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _introduce(session: Session) -> None:
    with session.reachable():
        answer = session.answer(session.wire.ehlo())
    session.expect(GREETING, answer)


def _secure(session: Session) -> None:
    """Encrypt as ``tls`` says; what may not go unencrypted does not go."""
    tls = session.settings.tls
    if session.encrypted or tls == "none":
        return
    if session.offers("starttls"):
        session.expect(STARTTLS, session.ask("STARTTLS"))
        with session.reachable():
            _encrypt(session)
        _introduce(session)  # what was offered before is not to be trusted
    elif tls == "starttls" or not _may_go_in_the_open(session):
        raise _unencrypted(session)


def _may_go_in_the_open(session: Session) -> bool:
    with session.reachable():
        peer = session.socket.getpeername()[0]
    return not session.settings.password and is_this_computer(peer)


def _encrypt(session: Session) -> None:
    settings = session.settings
    context = ssl.create_default_context(cafile=settings.ca_file)
    try:
        wrapped = context.wrap_socket(session.socket, server_hostname=settings.host)
    except BROKE_OFF:
        raise
    except ssl.SSLError as error:
        raise _not_trusted(session, error) from error
    session.wire.sock, session.wire.file = wrapped, None  # what was heard before is forgotten
    session.encrypted = True


def _not_trusted(session: Session, error: ssl.SSLError) -> ChannelRejected:
    if isinstance(error, ssl.SSLCertVerificationError):
        return ChannelRejected(
            "The mail server could not prove who it is; nothing was sent.",
            where=f"Mail server {session.server}: {quoted(error.verify_message)}.",
            todo="Use the host name its certificate is for, or set channels.email.ca_file.",
        )
    return ChannelRejected(
        "The connection to the mail server could not be encrypted; nothing was sent.",
        where=f"Mail server {session.server}: {quoted(error.reason.replace('_', ' ').lower())}.",
        todo="Check channels.email.port and tls: 465 goes with implicit, 587 with starttls.",
    )


def _unencrypted(session: Session) -> ChannelRejected:
    return ChannelRejected(
        "The mail server offers no encryption; nothing was sent.",
        where=f"Mail server {session.server}, with tls: {session.settings.tls}.",
        todo="Use port 587, or 465 with tls: implicit. With tls: none mail goes in the open, and "
        "then without a password.",
    )


def _log_in(session: Session, username: str, password: str) -> None:
    plain = f"\0{username}\0{password}"
    session.secrets = (password, _encoded(password), _encoded(plain))
    ways = session.wire.esmtp_features.get("auth", "").upper().split()
    if not session.encrypted:
        raise _unencrypted(session)
    if "PLAIN" in ways:
        answer = session.ask("AUTH PLAIN", _encoded(plain))
    elif "LOGIN" in ways:
        answer = _step_by_step(session, username, password)
    else:
        raise _no_way_in(session, ways)
    session.expect(LOGIN, answer)


def _step_by_step(session: Session, username: str, password: str) -> Answer:
    answer = session.ask("AUTH LOGIN")
    for words in (username, password):
        if answer.kind == ASKS_FOR_MORE:
            answer = session.ask(_encoded(words))
    return answer


def _encoded(words: str) -> str:
    return b64encode(words.encode()).decode()


def _no_way_in(session: Session, ways: list[str]) -> ChannelRejected:
    offered = quoted(", ".join(ways)) or "no login at all"
    return ChannelRejected(
        "The mail server takes no user name and password.",
        where=f"Mail server {session.server} offers {offered}.",
        todo="Use its port for sending, 587, or a relay that takes a password; "
        "or remove channels.email.username and password.",
    )
