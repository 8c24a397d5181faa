"""How does a Zoom account want to be asked? With a token of an hour, and at a pace of its own.

Its answers say nothing of what is left, so the pace is kept here; where a day is used up, they say
so in words only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.connectors.answers import Answer
from tasks.connectors.api import Api, Refusal
from tasks.connectors.auth import Auth, Renewed, basic
from tasks.connectors.http import Session
from tasks.connectors.pacing import Rate
from tasks.connectors.values import inside, plain
from tasks.connectors.zoom.settings import ZoomSettings

BAD, TOO_MANY = 400, 429
NO_SCOPE = "does not contain scope"
ADVICE = {
    400: "See whether account_id, client_id and client_secret are of one app, which is active.",
    401: "See whether account_id, client_id and client_secret are of one app, which is active.",
    403: "Give the app the scope that reads this (phone:read:list_call_logs:admin for calls).",
    404: "See whether the account has Zoom Phone.",
}


@dataclass(frozen=True, slots=True)
class _App:
    """Asks for a token as the app: with its id and secret, which no renewal changes."""

    settings: ZoomSettings

    @property
    def identity(self) -> str:
        return self._basic.identity

    @property
    def _basic(self) -> Auth:
        return basic(self.settings.client_id, self.settings.client_secret)

    def secrets(self) -> tuple[str, ...]:
        return self._basic.secrets()

    def headers(self) -> Mapping[str, str]:
        return self._basic.headers()

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the signature is Auth's
        return False


def api(settings: ZoomSettings) -> Api:
    """Return how the account of ``settings`` wants to be asked."""
    account = f"{settings.auth_url} {settings.account_id} {settings.client_id}"
    return Api(
        settings.name,
        settings.base_url,
        Renewed(lambda: _access_token(settings), account, settings.client_secret),
        rates={"": Rate(settings.heavy_per_s, 1)},  # everything that is read is heavy
        refusal=refusal,
        advice={code: said for code, said in ADVICE.items() if code in {401, 403, 404}},
        request_id=("x-zm-trackingid", "x-request-id"),
        request_s=settings.timeout_s,
    )


def _access_token(settings: ZoomSettings) -> str:
    """Return a new access token of the account; there is nothing to refresh an old one with."""
    asked = {"grant_type": "account_credentials", "account_id": settings.account_id}
    door = Api(settings.name, settings.auth_url, _App(settings), advice=ADVICE)
    with Session(door) as session:
        answer = session.post("/oauth/token", asked, expects={"access_token": str}, form=True)
    return str(answer.data["access_token"])


def refusal(answer: Answer) -> Refusal | None:
    """Return what an answer means: the limit of a day ends the run, it is no use to wait.

    What the app has no scope for is refused with 400, which elsewhere means a wrong question.
    """
    message = plain(inside(answer.data, "message")) or ""
    said = message.lower()
    if answer.status >= BAD and NO_SCOPE in said:
        return Refusal(f"the app may not read this ({message.rstrip('.')})", ADVICE[403])
    if answer.status != TOO_MANY or not ("daily" in said or "per day" in said):
        return None
    return Refusal(
        "the account has used up its requests for today",
        "Nothing is lost: a sync after midnight UTC goes on from here. "
        "See what else uses the API, or sync less often.",
        stop=True,
    )
