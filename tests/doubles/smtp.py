"""A real mail server on this computer that remembers every mail and fails on demand.

    with MailServer(username="kpi", password="secret") as server:
        server.answer("RCPT", "550 5.1.1 no such user", about="bob@example.com")
        server.answer("dot", DROP_ACCEPTED, times=1)
        server.at("data", lambda mail: os.kill(child, SIGKILL))
        ...
        assert len(server.delivered("ana@example.com")) == 1

It runs in a thread of its own; child processes connect to ``server.port``.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult

from tests.doubles.certificates import certified

DROP = "drop"  # hang up instead of an answer; at the dot: the mail is thrown away
DROP_ACCEPTED = "drop accepted"  # at the dot: take the mail, then hang up instead of an answer
HANG = "hang"  # never answer; at the dot: the mail is thrown away
HANG_ACCEPTED = "hang accepted"  # at the dot: take the mail, then never answer
logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old names
STEPS = (
    "connect",
    "EHLO",
    "STARTTLS",
    "AUTH",
    "MAIL",
    "RCPT",
    "DATA",
    "dot",
    "NOOP",
    "RSET",
    "QUIT",
)
MOMENTS = ("connected", "recipient", "body", "data", "answered")


@dataclass(frozen=True)
class Delivered:
    """One mail the server took: its envelope and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    raw: bytes

    @property
    def mail(self):
        return message_from_bytes(self.raw, policy=default)

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])


@dataclass
class _Scripted:
    """What to say at a step instead of the usual; ``left`` is how often, None for ever."""

    said: str
    about: str
    left: int | None

    def fits(self, argument: str) -> bool:
        return self.left != 0 and self.about in argument


@dataclass
class MailServer:
    """``tls`` is starttls, implicit or none. With a ``username``, nobody sends without login.

    ``mails`` are the accepted ones in order, ``commands`` what clients said, without passwords.
    """

    tls: str = "starttls"
    username: str = ""
    password: str = ""
    mechanisms: tuple[str, ...] = ("LOGIN", "PLAIN")
    certified_for: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()  # extensions not offered: 8BITMIME, SMTPUTF8, SIZE, AUTH
    largest: int = 2**25
    port: int = 0
    mails: list[Delivered] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    _script: dict[str, list[_Scripted]] = field(default_factory=dict)
    _hooks: dict[str, list[Callable[[Delivered | None], object]]] = field(default_factory=dict)
    _open: set[_Conversation] = field(default_factory=set)

    @property
    def ca_file(self) -> str:
        return str(certified(*self.certified_for).ca_file)

    def answer(self, step: str, said: str, *, about: str = "", times: int | None = None) -> None:
        """Say ``said`` at ``step`` (one of STEPS), the next ``times`` times, or do as it names.

        ``about`` is a part of the command it answers: an address for MAIL, RCPT and dot.
        """
        assert step in STEPS
        self._script.setdefault(step, []).append(_Scripted(said, about, times))

    def at(self, moment: str, hook: Callable[[Delivered | None], object]) -> None:
        """Call ``hook`` at ``moment``, in the server's thread, before anything else happens.

        connected: before the greeting. recipient: before the answer to RCPT. body: before the body
        is asked for. data: the mail is whole and in ``mails``, the answer not yet on its way.
        answered: it is.
        """
        assert moment in MOMENTS
        self._hooks.setdefault(moment, []).append(hook)

    def calm(self) -> None:
        """Forget all scripted answers and hooks; the mails stay."""
        self._script.clear()
        self._hooks.clear()

    def hang_up(self) -> None:
        """End every conversation now; return when they have ended."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)

    def delivered(self, address: str) -> list[Delivered]:
        """Return the mails accepted for ``address``."""
        return [mail for mail in self.mails if address in mail.recipients]

    def by_message_id(self) -> Counter[str]:
        """Return how often each Message-ID was accepted."""
        return Counter(mail.message_id for mail in self.mails)

    def __enter__(self) -> Self:
        self._loop, ready = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_raised: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self.hang_up()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        context = certified(*self.certified_for).server if self.tls == "implicit" else None
        starting = loop.create_server(self._conversation, "127.0.0.1", self.port, ssl=context)
        self._server = loop.run_until_complete(starting)
        self.port = self._server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    async def _hang_up(self) -> None:
        talks = [talk._handler_coroutine for talk in self._open if talk._handler_coroutine]
        for talk in tuple(self._open):
            talk.drop()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0.01)  # the sockets are closed in the loop's next rounds

    def _conversation(self) -> _Conversation:
        return _Conversation(self)

    def _next(self, step: str, argument: str) -> str:
        for scripted in self._script.get(step, []):
            if scripted.fits(argument):
                scripted.left = None if scripted.left is None else scripted.left - 1
                return scripted.said
        return ""

    def _call(self, moment: str, mail: Delivered | None = None) -> None:
        for hook in self._hooks.get(moment, []):
            hook(mail)


class _Conversation(SMTP):
    """One connection; ``double`` is the server it belongs to."""

    def __init__(self, double: MailServer) -> None:
        super().__init__(
            self,
            enable_SMTPUTF8="SMTPUTF8" not in double.without,
            data_size_limit=double.largest,
            hostname="mail.example.com",
            tls_context=certified(*double.certified_for).server
            if double.tls == "starttls"
            else None,
            auth_required=bool(double.username),
            auth_exclude_mechanism={"LOGIN", "PLAIN"} - set(double.mechanisms),
            authenticator=self._authenticated,
            timeout=60,
        )
        self._auth_require_tls = double.tls == "starttls"  # implicit TLS is unknown to aiosmtpd
        self.double = double
        self.greeted = False
        self.accepted: Delivered | None = None

    def connection_made(self, transport) -> None:
        first = self.transport is None
        super().connection_made(transport)
        self.double._open.add(self)
        if first:
            self.double.connections += 1

    def connection_lost(self, error) -> None:
        self.double._open.discard(self)
        super().connection_lost(error)

    def drop(self) -> None:
        if self.transport is not None:
            self.transport.abort()
        if self._original_transport is not None:
            self._original_transport.abort()

    async def push(self, status) -> None:
        if not self.greeted:
            self.greeted = True
            self.double._call("connected")
            status = await self._instead("connect") or status
        if str(status).startswith("354"):
            self.double._call("body")
        await super().push(status)
        if self.accepted is not None:
            accepted, self.accepted = self.accepted, None
            self.double._call("answered", accepted)

    async def _instead(self, step: str, argument: str = "") -> str:
        said = self.double._next(step, argument)
        if said in {DROP, DROP_ACCEPTED}:
            self.drop()
            raise asyncio.CancelledError
        if said in {HANG, HANG_ACCEPTED}:
            await asyncio.Event().wait()
        return said

    async def _scripted(self, step: str, argument: str | None) -> bool:
        words = "" if step == "AUTH" else argument or ""
        self.double.commands.append(f"{step} {words}".strip())
        if step == "RCPT":
            self.double._call("recipient")
        said = await self._instead(step, words)
        if said:
            await self.push(said)
        return bool(said)

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        words = self.double.without | (frozenset() if self.double.username else {"AUTH"})
        return [line for line in responses if line[4:].split(" ")[0] not in words]

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        mail = Delivered(
            envelope.mail_from,
            tuple(envelope.rcpt_tos),
            tuple(envelope.mail_options),
            envelope.original_content,
        )
        double, about = self.double, " ".join(mail.recipients)
        said = double._next("dot", about)
        if said.startswith(("4", "5")):
            return said
        if said not in {DROP, HANG}:
            double.mails.append(mail)
            double._call("data", mail)
        if said in {DROP, DROP_ACCEPTED}:
            self.drop()
            raise asyncio.CancelledError
        if said in {HANG, HANG_ACCEPTED}:
            await asyncio.Event().wait()
        self.accepted = mail
        return said or "250 2.0.0 taken"

    def _authenticated(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        known = (self.double.username.encode(), self.double.password.encode())
        return AuthResult(success=(data.login, data.password) == known, handled=False)


def _scriptable(step: str):
    usual = getattr(SMTP, f"smtp_{step}")

    async def answered(self: _Conversation, argument: str | None) -> None:
        if not await self._scripted(step, argument):
            await usual(self, argument)

    return answered


for _step in ("EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "NOOP", "RSET", "QUIT"):
    setattr(_Conversation, f"smtp_{_step}", _scriptable(_step))
