"""How does a Freshdesk account want to be asked? With a key, and so often a minute."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from tasks.connectors.api import Api
from tasks.connectors.auth import Fixed, basic
from tasks.connectors.freshdesk.settings import FreshdeskSettings
from tasks.connectors.pacing import Budget, Rate

MINUTE = 60
ANYTHING = SecretStr("X")  # the password that goes with a key
ADVICE = {
    401: "See whether the API key is right, and whether its owner is still an agent.",
    403: "The key must be an admin's, and the plan must have the API.",
    404: "See whether the domain is right, and whether the plan has this.",
}


def api(settings: FreshdeskSettings) -> Api:
    """Return how the account of ``settings`` wants to be asked."""
    return Api(
        settings.name,
        settings.home,
        _auth(settings.api_key),
        rates={"": Rate(settings.requests_per_minute, MINUTE)},
        budget=budget,
        advice=ADVICE,
        request_s=settings.timeout_s,
    )


def budget(headers: Mapping[str, str]) -> Budget | None:
    """Return what the headers say is left of the minute."""
    left = headers.get("x-ratelimit-remaining", "")
    return Budget(int(left), MINUTE) if left.isdecimal() else None


def _auth(key: SecretStr) -> Fixed:
    """Return the key as the user of basic authentication; it is the secret, not the password."""
    header = basic(key.get_secret_value(), ANYTHING)
    coded = SecretStr(header.secret.get_secret_value().removeprefix("Basic "))
    return Fixed(header.secret, parts=(key, coded))
