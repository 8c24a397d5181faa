"""Everything Keepwell raises on purpose, and what the caller should do about it.

KeepwellError
├── Fix                      a person has to change something; retrying cannot help (exit code 2)
│   ├── ConfigurationInvalid     every mistake of keepwell.yaml at once, each with its line
│   ├── UnknownName              a name nobody registered, with "did you mean"
│   ├── MappingInvalid           a SELECT or column mapping that cannot be carried out
│   ├── StoreUnusable            the store's address, file or version cannot be worked with
│   └── WrongUse                 a command or period that makes no sense
├── Retry                    the outside world was busy; trying again may help (exit code 3)
│   ├── SourceUnavailable        a system of record did not answer
│   ├── StoreUnavailable         the store did not answer, or somebody else held it too long
│   ├── DestinationUnavailable   a recipient cannot be reached now, and has not got the message
│   ├── ChannelUnavailable       nobody can be reached through a channel now
│   ├── DeliveryUncertain        a message was handed over, and nobody said whether it was taken
│   ├── LeaseLost                another process has taken over what this one was sending
│   └── Overtaken                another process has changed what this one had read
├── Stop                     the outside world said no; trying again will not help (exit code 3)
│   ├── SourceRejected           a file is missing, a token was refused
│   │   └── Rejected                 an API said no, with a status (tasks/connectors/api.py)
│   ├── DeliveryRejected         a recipient or a message was refused, for good
│   ├── ChannelRejected          a channel refuses us: a token, a password, missing encryption
│   ├── DeliveryAbandoned        nobody knows whether a message arrived, and asking is not possible
│   └── Undelivered              some messages of a delivery did not go out, each for a reason
└── Held                     the data say: not now (exit code 4)
    └── BooksDoNotBalance        an identity of the accounts is broken

Every error says what happened, where, and what to do; a secret is struck out of all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

from tasks.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable


class KeepwellError(Exception):
    """The root: what happened, where, and what to do, each in one sentence."""

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        """Keep the three sentences apart, so that a caller can print them as it likes."""
        # Here, because from here they go everywhere: logs, the outbox, messages, Prefect's states.
        self.what, self.where, self.todo = masked(what), masked(where), masked(todo)
        super().__init__(self.what, self.where, self.todo)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling: Prefect carries exceptions between processes."""
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))

    def __str__(self) -> str:
        """Return the sentences on one line, the empty ones left out."""
        return " ".join(part for part in (self.what, self.where, self.todo) if part)


def _rebuild(
    kind: type[KeepwellError], args: tuple[object, ...], state: dict[str, object]
) -> KeepwellError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class Fix(KeepwellError):
    """A person has to change something first."""

    exit_code: ClassVar[int] = 2


class Retry(KeepwellError):
    """Trying again later may help; not before ``after_s`` seconds, where somebody said so."""

    exit_code: ClassVar[int] = 3

    def __init__(
        self, what: str, *, where: str = "", todo: str = "", after_s: float | None = None
    ) -> None:
        """Keep the three sentences, and how long to wait."""
        super().__init__(what, where=where, todo=todo)
        self.after_s = after_s


class Stop(KeepwellError):
    """Trying again will not help."""

    exit_code: ClassVar[int] = 3


class Held(KeepwellError):
    """The data do not allow it now."""

    exit_code: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a configuration: where it stands, what is wrong, what to do."""

    line: int | None
    key: str
    what: str
    todo: str = ""

    def __str__(self) -> str:
        """Return ``line 12, goals[0].kpi: unknown KPI ... Did you mean ...?``."""
        place = f"line {self.line}, {self.key}" if self.line else self.key
        return f"{place}: {self.what} {self.todo}".rstrip()


class ConfigurationInvalid(Fix):
    """Every mistake found in one configuration file."""

    def __init__(self, path: str, mistakes: Iterable[Mistake]) -> None:
        """Collect the mistakes of ``path`` in the order of their lines."""
        self.path = path
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line or 0))
        count = len(self.mistakes)
        noun = "mistake" if count == 1 else "mistakes"
        super().__init__("\n".join([f"{path}: {count} {noun}", *map(str, self.mistakes)]))


class UnknownName(Fix):
    """A name that nothing is registered under."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Say which ``kind`` of thing ``name`` was taken for, and what was probably meant."""
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(f"unknown {kind} '{name}';", todo=f"{suggest(name, self.known)}")


class MappingInvalid(Fix):
    """A table mapping, or a SELECT over raw files, that cannot be carried out."""


class StoreUnusable(Fix):
    """The store's address, file, permissions or version cannot be worked with."""


class WrongUse(Fix):
    """A command, period or option that makes no sense as given."""


class SourceUnavailable(Retry):
    """A system of record did not answer."""


class StoreUnavailable(Retry):
    """The store did not answer, or another process held it too long."""


class DestinationUnavailable(Retry):
    """One recipient cannot be reached now; the message was certainly not taken."""


class ChannelUnavailable(DestinationUnavailable):
    """Nobody can be reached through this channel now; the message was certainly not taken."""


class DeliveryUncertain(Retry):
    """A message was handed over and no answer came: it may or may not have been taken."""


class LeaseLost(Retry):
    """Another process has taken over what this one was about to send; nothing was sent."""


class Overtaken(Retry):
    """Another process has changed what this one read before; nothing was written."""


class SourceRejected(Stop):
    """A system of record said no, or a file is not there."""


class DeliveryRejected(Stop):
    """A recipient was refused, or a message: it was certainly not taken and never will be."""


class ChannelRejected(Stop):
    """A channel refuses us, not the message; all its messages wait until a person has mended it."""


class DeliveryAbandoned(Stop):
    """A message was handed over twice without an answer; once more could be once too often."""


class Undelivered(Stop):
    """Some messages of a delivery did not go out; ``waiting`` of them will be tried again."""

    def __init__(self, what: str, *, where: str = "", todo: str = "", waiting: int = 0) -> None:
        """Keep the three sentences, and how many still wait."""
        super().__init__(what, where=where, todo=todo)
        self.waiting = waiting


class BooksDoNotBalance(Held):
    """An identity that must hold exactly does not."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?``, or the list of what exists when nothing is close."""
    names = sorted(set(known))
    if close := get_close_matches(name, names, n=1, cutoff=0.6):
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(names)}." if names else "none are known."
