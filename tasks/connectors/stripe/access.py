"""How does a Stripe account want to be asked? With a key, in one version of the API, and slowly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.connectors.answers import Answer
from tasks.connectors.api import Api, Refusal
from tasks.connectors.auth import Fixed, bearer
from tasks.connectors.pacing import Rate
from tasks.connectors.stripe.settings import StripeSettings

SERVER = 500
ADVICE = {
    401: "Make a new restricted key in Stripe's dashboard (Developers, API keys).",
    403: "Let the restricted key read this, in Stripe's dashboard (Developers, API keys).",
}


@dataclass(frozen=True, slots=True)
class Pinned:
    """A key, and the version that everything is answered in whatever the account's own is."""

    key: Fixed
    version: str

    @property
    def identity(self) -> str:
        """A digest of the key."""
        return self.key.identity

    def secrets(self) -> tuple[str, ...]:
        """Return the key."""
        return self.key.secrets()

    def headers(self) -> Mapping[str, str]:
        """Return both headers."""
        return {**self.key.headers(), "Stripe-Version": self.version}

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Return False: there is no other key."""
        return self.key.renew(refused)


def refusal(answer: Answer) -> Refusal | None:
    """Return what an answer means: Stripe says of its own failures whether to ask again."""
    if answer.status < SERVER or answer.headers.get("stripe-should-retry") != "false":
        return None
    return Refusal(
        f"it answered {answer.status} and says that asking again will not help",
        "Look at Stripe's status page; the next sync goes on from here.",
    )


def api(settings: StripeSettings) -> Api:
    """Return how the account of ``settings`` wants to be asked."""
    return Api(
        settings.name,
        settings.base_url,
        Pinned(bearer(settings.token), settings.version),
        rates={"": Rate(settings.calls_per_s, 1)},
        refusal=refusal,
        advice=ADVICE,
        request_id=("request-id", "x-request-id"),
        request_s=settings.timeout_s,
    )
