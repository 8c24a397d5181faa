"""How does a Typeform account want to be asked? With a token, and twice a second."""

from __future__ import annotations

from tasks.connectors.api import Api
from tasks.connectors.auth import bearer
from tasks.connectors.pacing import Rate
from tasks.connectors.typeform.settings import TypeformSettings

ADVICE = {
    401: "Make a new personal access token in Typeform; one of an EU account needs 'region: eu'.",
    403: "Give the token the scopes forms:read and responses:read.",
    404: "See whether the ids under 'forms' are right, and whether the region is.",
}


def api(settings: TypeformSettings) -> Api:
    """Return how the account of ``settings`` wants to be asked."""
    return Api(
        settings.name,
        settings.home,
        bearer(settings.token),
        rates={"": Rate(settings.calls_per_s, 1)},
        advice=ADVICE,
        request_s=settings.timeout_s,
    )
