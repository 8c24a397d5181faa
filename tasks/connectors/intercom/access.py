"""How does an Intercom workspace want to be asked? With a token, in one edition of its API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tasks.connectors.api import Api
from tasks.connectors.auth import Fixed, bearer
from tasks.connectors.intercom.settings import IntercomSettings
from tasks.connectors.pacing import Budget, Rate

VERSION = "2.14"  # what is sent and what comes is that edition's, whatever the token's is
INTERVAL_S = 10
ADVICE = {
    401: "See whether the token is right, and whether 'region' is the workspace's.",
    403: "Let the token read users and companies, and conversations; a plan may lack the API.",
}


@dataclass(frozen=True, slots=True)
class Pinned:
    """A token, and the edition of the API that is asked."""

    token: Fixed

    @property
    def identity(self) -> str:
        """A digest of the token."""
        return self.token.identity

    def secrets(self) -> tuple[str, ...]:
        """Return the token."""
        return self.token.secrets()

    def headers(self) -> Mapping[str, str]:
        """Return the headers."""
        return {**self.token.headers(), "Intercom-Version": VERSION}

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Return False: there is no other token."""
        return self.token.renew(refused)


def api(settings: IntercomSettings) -> Api:
    """Return how the workspace of ``settings`` wants to be asked."""
    return Api(
        settings.name,
        settings.home,
        Pinned(bearer(settings.token)),
        rates={"": Rate(settings.calls_per_10s, INTERVAL_S)},
        budget=budget,
        advice=ADVICE,
        request_s=settings.timeout_s,
    )


def budget(headers: Mapping[str, str]) -> Budget | None:
    """Return what is left; the headers name the second in which there is more, not how long.

    They are not always there.
    """
    left, resets = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
    if not (left.isdecimal() and resets.isdecimal()):
        return None
    return Budget(int(left), max(0.0, int(resets) - _now(headers.get("date", ""))))


def _now(date: str) -> float:
    """Return what the vendor's clock says, ours where it does not tell."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return datetime.now(UTC).timestamp()
