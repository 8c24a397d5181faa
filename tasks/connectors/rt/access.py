"""How does a Request Tracker want to be asked? With a token, and no faster than it can."""

from __future__ import annotations

from pydantic import SecretStr

from tasks.connectors.api import Api
from tasks.connectors.auth import Fixed
from tasks.connectors.pacing import Rate
from tasks.connectors.rt.settings import RtSettings

ADVICE = {
    401: "See whether the token is right, was not revoked, and whether its user is still enabled.",
    403: "The token's user must be privileged, with ShowTicket and SeeQueue on the queues.",
    404: "See whether the address is right, and whether the server is RT 5 (with /REST/2.0).",
}


def api(settings: RtSettings) -> Api:
    """Return how the server of ``settings`` wants to be asked."""
    return Api(
        settings.name,
        settings.home,
        _auth(settings.token),
        rates={"": Rate(settings.requests_per_second, 1)},
        advice=ADVICE,
        request_s=settings.timeout_s,
    )


def _auth(token: SecretStr) -> Fixed:
    """Return ``Authorization: token``, RT's own word for it."""
    return Fixed(SecretStr(f"token {token.get_secret_value()}"), parts=(token,))
