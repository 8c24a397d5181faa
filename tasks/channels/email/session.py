"""How do we talk to a mail server: one question, one answer, and what it means where there is none?

Until the dot that ends a mail is sent, a conversation that breaks off has done nothing.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tasks.channels.email.answers import LATER, Answer, Question, quoted, refusal
from tasks.errors import ChannelUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.channels.email.settings import EmailSettings

CONNECT_S = 10.0  # seconds until there is a connection
GOODBYE_S = 2.0  # seconds for an answer that changes nothing
LONGEST_REPLY = 512
LOST = (OSError, smtplib.SMTPException)  # every way in which a conversation breaks off


class Session:
    """A conversation with the mail server of ``settings``, over ``wire``.

    ``secrets`` are texts that no error may repeat; ``inside_mail`` is true while whatever is sent
    belongs to a mail.
    """

    def __init__(self, settings: EmailSettings) -> None:
        """Remember whom to talk to; nothing is connected yet."""
        self.settings = settings
        self.server = "{}:{}".format(*settings.address)
        self.wire = smtplib.SMTP(local_hostname="keepwell")  # without a host it does not connect
        self.secrets: tuple[str, ...] = ()
        self.encrypted = False
        self.inside_mail = False

    @property
    def socket(self) -> socket.socket:
        """The connection; raise what ``smtplib`` raises where it is closed."""
        if self.wire.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        return self.wire.sock

    @contextmanager
    def reachable(self) -> Iterator[None]:
        """Raise ``ChannelUnavailable`` where the conversation breaks off inside."""
        try:
            yield
        except LOST as error:
            raise self.gone(self.reason(error)) from error

    def offers(self, extension: str) -> bool:
        """Return whether the server says it can do ``extension``."""
        return self.wire.has_extn(extension)

    def ask(self, command: str, words: str = "") -> Answer:
        """Return the answer to a command; raise ``ChannelUnavailable`` where there is none."""
        with self.reachable():
            return self.answer(self.wire.docmd(command, words))

    def answer(self, said: tuple[int, bytes]) -> Answer:
        """Return what the server said, fit for people to read."""
        return Answer(said[0], quoted(said[1], self.secrets))

    def expect(self, question: Question, answer: Answer, **about: str) -> None:
        """Raise what ``answer`` means unless it is the one ``question`` hopes for."""
        if answer.kind != question.yes:
            raise refusal(question, answer, self.server, **about)

    def look(self) -> None:
        """Raise ``ChannelUnavailable`` where the server has left, or spoke when it was our turn."""
        with self.reachable():
            self.socket.settimeout(0)
            try:
                ahead = self.socket.recv(LONGEST_REPLY)
            except (BlockingIOError, ssl.SSLWantReadError):
                return  # it waits for us, as it should
        said = f": {quoted(ahead, self.secrets)}" if ahead else ""
        raise self.gone(f"it ended the conversation{said}")

    def close(self) -> None:
        """Say goodbye where that can be said, and hang up; never raises."""
        with suppress(*LOST):
            if self.wire.sock and not self.inside_mail:  # inside a mail it would be part of it
                self.wire.sock.settimeout(min(GOODBYE_S, self.settings.timeout_s))
                self.wire.docmd("QUIT")
        with suppress(*LOST):
            self.wire.close()

    def gone(self, why: str) -> ChannelUnavailable:
        """Return the error for a server that cannot be talked to."""
        return ChannelUnavailable(
            "The mail server could not be reached.",
            where=f"Mail server {self.server}: {why}.",
            todo=f"{LATER} If that does not help, check channels.email.host, port and tls.",
        )

    def reason(self, error: Exception) -> str:
        """Return in a few words why a conversation broke off."""
        cause = error.__context__ if isinstance(error.__context__, OSError) else error
        if isinstance(cause, TimeoutError):
            return "it did not answer in time"
        said = getattr(cause, "strerror", None) or str(cause)
        return quoted(said, self.secrets) or "it hung up"
