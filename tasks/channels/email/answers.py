"""What does a mail server's answer mean: go on, try again later, never, or ask a person?

An answer is a number and a text. 2xx and 3xx say yes, 4xx not now, 5xx no. Whom a no concerns (one
recipient, one message, or all of us) depends on the question it answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryRejected,
    DeliveryUncertain,
    DestinationUnavailable,
    Retry,
    Stop,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_QUOTE = 200
NOT_NOW, NO = 4, 5  # the first digit of an answer
CLOSING = 421  # the server ends the conversation, whatever the question was
WHO_ARE_YOU = frozenset({530, 534, 535, 538})  # it wants a login, another one, or encryption
TOO_LARGE = 552
LATER = "It will be tried again."
LOG_IN = "Check channels.email.username and password with whoever runs the mail server."


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; ``code`` is -1 where it was not the language of mail servers."""

    code: int
    text: str

    @property
    def kind(self) -> int:
        """The first digit: 2 yes, 3 go on, 4 not now, 5 no."""
        return self.code // 100

    def __str__(self) -> str:
        """Return ``550 no such user``."""
        return f"{self.code} {self.text}".rstrip() if self.code > 0 else self.text


@dataclass(frozen=True, slots=True)
class Question:
    """Something we ask of the server, and what its refusal means.

    ``what`` says what was refused, ``todo`` what a person can do about a no that stays.
    """

    name: str
    what: str
    todo: str
    later: type[Retry | Stop]
    never: type[Stop]
    yes: int = 2  # the first digit of the answer we hope for


GREETING = Question(
    "hello",
    "The mail server does not want to talk to us.",
    "Check channels.email.host and port, and that the server lets this computer send mail.",
    ChannelUnavailable,
    ChannelRejected,
)
STARTTLS = Question(
    "STARTTLS",
    "The mail server refuses to encrypt the connection.",
    "Have it mended, or try port 465 with tls: implicit; nothing is sent without encryption.",
    ChannelRejected,  # even where it says "not now": the next try would meet the same
    ChannelRejected,
)
LOGIN = Question(
    "AUTH", "The mail server refuses our login.", LOG_IN, ChannelUnavailable, ChannelRejected
)
SENDER = Question(
    "MAIL",
    "The mail server refuses the sender {sender}.",
    "Set channels.email.from to an address this login may send from.",
    ChannelUnavailable,
    ChannelRejected,
)
RECIPIENT = Question(
    "RCPT",
    "The mail server does not take mail for {recipient}.",
    "Correct the address or remove it; if it is right, ask whoever runs the mail server.",
    DestinationUnavailable,
    DeliveryRejected,
)
MESSAGE = Question(
    "the message",
    "The mail server does not take this message for {recipient}.",
    "Ask whoever runs the mail server what it has against the message.",
    DestinationUnavailable,
    DeliveryRejected,
)
DATA = replace(MESSAGE, name="DATA", yes=3)


def refusal(question: Question, answer: Answer, server: str, **about: str) -> Retry | Stop:
    """Return the error that ``answer``, which is not the one hoped for, stands for."""
    meant = _meant(question, answer)
    raised = _raised(meant, answer)
    return raised(
        meant.what.format(**about),
        where=f"Mail server {server} said to {question.name}: {answer}.",
        todo=LATER if issubclass(raised, Retry) else meant.todo,
    )


def _meant(question: Question, answer: Answer) -> Question:
    """Return the question that was really answered: some servers say it a step too late."""
    if question is SENDER and answer.code == TOO_LARGE:
        return MESSAGE
    return LOGIN if question in {SENDER, RECIPIENT} and answer.code in WHO_ARE_YOU else question


def _raised(question: Question, answer: Answer) -> type[Retry | Stop]:
    if answer.code == CLOSING:
        return ChannelUnavailable
    if answer.kind == NOT_NOW:
        return question.later
    return question.never if answer.kind == NO else ChannelRejected  # no mail server says that


def unanswered(server: str, recipient: str, why: str) -> DeliveryUncertain:
    """Return the error for a mail that was handed over whole, and nobody said whether it is."""
    return DeliveryUncertain(
        f"The mail server did not say whether it took the message for {recipient}.",
        where=f"Mail server {server}: {why}.",
        todo="It will be handed over once more, under the same Message-ID.",
    )


def quoted(raw: bytes | str, secrets: Iterable[str] = ()) -> str:
    """Return a server's words as one line of at most 200 characters, without our ``secrets``."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 3]}..."
