"""How does one vendor want to be asked? Its address, limits, credential, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tasks.connectors.answers import Answer
from tasks.connectors.auth import Auth
from tasks.connectors.pacing import Budget, Rate
from tasks.connectors.retrying import Patience
from tasks.errors import SourceRejected

REQUEST_S = 120.0  # for one answer, from its first byte to its last


class Rejected(SourceRejected):
    """The vendor said no; ``status`` is the one it said it with, None for none."""

    def __init__(
        self, what: str, *, where: str = "", todo: str = "", status: int | None = None
    ) -> None:
        """Keep the three sentences, and the status."""
        super().__init__(what, where=where, todo=todo)
        self.status = status


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a vendor means by an answer, where its status does not say it.

    ``again``: asking again may help. ``stop``: ask nothing more in this run, not for any stream.
    """

    what: str
    todo: str = ""
    again: bool = False
    stop: bool = False


def no_budget(_headers: Mapping[str, str]) -> Budget | None:
    """Return None: the headers say nothing."""
    return None


def no_refusal(_answer: Answer) -> Refusal | None:
    """Return None: the status says it all."""
    return None


@dataclass(frozen=True, slots=True)
class Api:
    """How one vendor wants to be asked, for one account.

    ``rates`` are its limits by name, "" the one that every call counts for. ``budget`` reads what
    is left from the headers of an answer, ``refusal`` what an answer means (also one with 200).
    ``advice`` says what to do about a status, such as 401.
    """

    source: str
    base_url: str
    auth: Auth
    rates: Mapping[str, Rate] = field(default_factory=lambda: {"": Rate(10, 1)})
    budget: Callable[[Mapping[str, str]], Budget | None] = no_budget
    refusal: Callable[[Answer], Refusal | None] = no_refusal
    advice: Mapping[int, str] = field(default_factory=dict)
    request_id: tuple[str, ...] = ("x-request-id", "request-id", "x-correlation-id")
    patience: Patience = field(default_factory=Patience)
    request_s: float = REQUEST_S
