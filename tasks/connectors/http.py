"""How are a vendor's answers got, whatever happens on the way? Asked politely, and asked again.

api = Api("crm", "https://api.example.com", bearer(token), rates={"": Rate(100, 10)})
with Session(api) as session:
    answer = session.get("/things", {"limit": "100"}, expects={"results": list})
    answer.data["results"]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tasks.connectors.auth import Auth
from tasks.connectors.pacing import Budget, Rate

NOTHING: Mapping[str, str] = {}
ANYTHING: Mapping[str, type] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``headers`` have small letters; ``data`` is the JSON of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Any = None
    request_id: str = ""

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Return the data."""
        return self.data


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


class Session:
    """Asks one account; threads may share it. Use it in a ``with`` statement, or close it."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def get(
        self,
        path: str,
        params: Mapping[str, str] = NOTHING,
        *,
        limit: str = "",
        expects: Mapping[str, type] = ANYTHING,
    ) -> Answer:
        """Return the answer to GET.

        ``limit`` names the one of the vendor's limits this call counts for besides "". ``expects``
        says which keys the JSON must have, of which type; another shape is no answer. Raises
        SourceUnavailable (it did not answer, however often) or SourceRejected (it said no).
        """
        raise NotImplementedError

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        limit: str = "",
        expects: Mapping[str, type] = ANYTHING,
    ) -> Answer:
        """Return the answer to POST of ``body`` as JSON; otherwise as ``get``.

        It is asked again like GET, so it must be a question: a search, never a change.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
