"""How does HubSpot want to be asked? With a private app's token, and searches more slowly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tasks.connectors.auth import bearer
from tasks.connectors.http import Answer, Api, Budget, Rate, Refusal
from tasks.connectors.hubspot.reading import SEARCH

if TYPE_CHECKING:
    from tasks.connectors.hubspot.settings import HubSpotSettings

TOO_MANY = 429
ADVICE = {
    401: "Make a new private app token in HubSpot (Settings, Integrations, Private Apps).",
    403: "Add the scope that reads this to the private app, then run sync again.",
}


def api(settings: HubSpotSettings) -> Api:
    """Return how HubSpot wants to be asked."""
    return Api(
        settings.name,
        settings.base_url,
        bearer(settings.token),
        # Searches have a limit of their own, which no header speaks of.
        rates={
            "": Rate(settings.calls_per_10s, 10),
            SEARCH: Rate(settings.searches_per_s, 1),
        },
        budget=budget,
        refusal=refusal,
        advice=ADVICE,
        request_id=("x-hubspot-correlation-id", "x-request-id"),
        request_s=settings.timeout_s,
    )


def budget(headers: Mapping[str, str]) -> Budget | None:
    """Return what is left of the ten seconds; searches are answered without saying it."""
    left = headers.get("x-hubspot-ratelimit-remaining", "")
    interval = headers.get("x-hubspot-ratelimit-interval-milliseconds", "")
    if not (left.isdecimal() and interval.isdecimal()):
        return None
    return Budget(int(left), int(interval) / 1000)


def refusal(answer: Answer) -> Refusal | None:
    """Return what an answer means: the limit of a day ends the run, it is no use to wait."""
    said: Any = answer.data
    if answer.status != TOO_MANY or not isinstance(said, dict) or said.get("policyName") != "DAILY":
        return None
    return Refusal(
        "the account has used up its requests for today",
        "Nothing is lost: a sync after midnight of the account's time zone goes on from here. "
        "See what else uses the API, or sync less often.",
        stop=True,
    )
