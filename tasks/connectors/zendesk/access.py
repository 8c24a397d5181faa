"""How does a Zendesk account want to be asked: with which token, and how fast?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from tasks.connectors.api import Api
from tasks.connectors.auth import Auth, Renewed, basic, bearer
from tasks.connectors.http import Session
from tasks.connectors.pacing import Budget, Rate
from tasks.connectors.zendesk.settings import ZendeskSettings

EXPORTS, TALK, DELETED = "exports", "talk", "deleted"  # Zendesk's limits besides the account's own
MINUTE = 60
ADVICE = {
    401: "See whether email and token belong together, and whether API tokens are switched on.",
    403: "The token must be an admin's: only admins may export.",
    404: "See whether the subdomain is right, and whether the account has this feature.",
}


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Asks without a token: only the way to one."""

    identity: str = ""

    def secrets(self) -> tuple[str, ...]:
        return ()

    def headers(self) -> Mapping[str, str]:
        return {}

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the signature is Auth's
        return False


def api(settings: ZendeskSettings) -> Api:
    """Return how the account of ``settings`` wants to be asked."""
    rates = {
        "": Rate(settings.requests_per_minute, MINUTE),
        EXPORTS: Rate(settings.exports_per_minute, MINUTE),
        TALK: Rate(settings.exports_per_minute, MINUTE),
        DELETED: Rate(settings.exports_per_minute, MINUTE),
    }
    return Api(
        settings.name,
        settings.home,
        _auth(settings),
        rates=rates,
        budget=budget,
        advice=ADVICE,
        request_s=settings.timeout_s,
    )


def _auth(settings: ZendeskSettings) -> Auth:
    if settings.email and settings.token:
        return basic(f"{settings.email}/token", settings.token)
    if settings.oauth_token:
        return bearer(settings.oauth_token)
    account = f"{settings.home} {settings.client_id}"
    secret = settings.client_secret or SecretStr("")
    return Renewed(lambda: _access_token(settings), account, secret)


def _access_token(settings: ZendeskSettings) -> str:
    """Return a new access token for the account's OAuth client; it may only read."""
    secret = settings.client_secret or SecretStr("")
    asked = {
        "grant_type": "client_credentials",
        "client_id": settings.client_id,
        "client_secret": secret.get_secret_value(),
        "scope": "read",
    }
    with Session(Api(settings.name, settings.home, _Nobody(), advice=ADVICE)) as session:
        answer = session.post("/oauth/tokens", asked, expects={"access_token": str})
    return str(answer.data["access_token"])


def budget(headers: Mapping[str, str]) -> Budget | None:
    """Return what the headers say is left of the account's limit, under their new or old names."""
    left = headers.get("ratelimit-remaining", headers.get("x-rate-limit-remaining"))
    if left is None or not left.isdecimal():
        return None
    resets = headers.get("ratelimit-reset", "")
    return Budget(int(left), float(resets) if resets.isdecimal() else MINUTE)
