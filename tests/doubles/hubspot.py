"""A HubSpot of our own over real HTTP: a portal that lags, throttles, breaks and changes on command.

    with HubSpot() as hubspot:
        acme = hubspot.portal.add("companies", name="Acme")
        hubspot.order("search", instead(503), times=2)
        hubspot.at("answered", "search", lambda asked: hubspot.portal.change("companies", acme))
        ... point a client at hubspot.base_url with hubspot.token ...

It is tests/doubles/web.py with HubSpot's routes: account, list, search, batch, associations,
owners, pipelines, properties.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any, Self

from tests.doubles import web
from tests.doubles.faults import Fault, Reply, instead
from tests.doubles.hubspot_answers import answer, error
from tests.doubles.hubspot_portal import Portal
from tests.doubles.web import Asked, Limit, Web, route

TOKEN = "pat-na1-00000000-aaaa-bbbb-cccc-0123456789ab"
SEARCHES = ("search", "search_dated")
OTHERS = ("account", "account_dated", "listed", "listed_dated", "batch", "batch_dated")
TIED = ("associations", "associations_dated")
PLAIN = ("owners", "owners_dated", "pipelines", "pipelines_dated", "properties", "properties_dated")


def _left(left: int, _resets: float) -> Mapping[str, str]:
    return {
        "X-HubSpot-RateLimit-Max": "100",
        "X-HubSpot-RateLimit-Remaining": str(left),
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Daily": "250000",
        "X-HubSpot-RateLimit-Daily-Remaining": "249000",
    }


def too_many(policy: str) -> Mapping[str, Any]:
    """The body of a 429: policy is DAILY, SECONDLY or TEN_SECONDLY_ROLLING."""
    said = f"You have reached your {policy.lower()} limit."
    return error(429, "RATE_LIMITS", said, errorType="RATE_LIMIT", policyName=policy)[1]


def throttled(policy: str = "SECONDLY", **headers: str) -> Fault:
    """The order for a 429 of this policy."""
    return instead(429, too_many(policy), **headers)


class _Door(web._Door):
    """Tells the portal's time, not ours."""

    def date_time_string(self, _timestamp: float | None = None) -> str:
        return format_datetime(self.server.web.portal.now.replace(microsecond=0), usegmt=True)


class HubSpot(Web):
    """The vendor: a portal, its token, and the scopes that token has not."""

    def __init__(self, portal: Portal | None = None, *, per_10s: int = 10_000) -> None:
        super().__init__()
        self.portal = portal or Portal()
        self.token = TOKEN
        self.expired = False
        self.forbidden: set[str] = set()  # kinds of records that the token may not read
        counted = frozenset({*OTHERS, *TIED, *PLAIN})
        refusal = Reply(too_many("TEN_SECONDLY_ROLLING"), 429)
        self.limits = [Limit(per_10s, 10, counted, _left, lambda _resets: refusal)]

    def __enter__(self) -> Self:
        super().__enter__()
        self._server.RequestHandlerClass = _Door
        return self

    def limit_searches(self, calls: int, seconds: float) -> None:
        """Let so many searches pass; their answers do not say how many are left."""
        refusal = Reply(too_many("SECONDLY"), 429)
        routes = frozenset(SEARCHES)
        self.limits.append(
            Limit(calls, seconds, routes, lambda _left, _resets: {}, lambda _r: refusal)
        )

    def refuses(self, asked: Asked) -> Reply | None:
        """Return the answer to a wrong token, or one without the scope."""
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            return _reply(error(401, "INVALID_AUTHENTICATION", "Authentication is invalid."))
        if self.expired:
            return _reply(error(401, "EXPIRED_AUTHENTICATION", "The access token has expired."))
        for kind in self.forbidden & {asked.part.get("k", ""), asked.part.get("kto", "")}:
            said = "This app hasn't been granted all required scopes to make this call."
            context = {"requiredGranularScopes": [f"crm.objects.{kind}.read"]}
            return _reply(error(403, "MISSING_SCOPES", said, context=context))
        return None

    def _answered(self, asked: Asked) -> Reply:
        body = json.loads(asked.body) if asked.body else {}
        return _reply(answer(self.portal, asked.method, asked.path, asked.query, body))

    @route("GET", "/account-info/{version}/details")
    def account(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/v3/objects/{k}")
    def listed(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/objects/{version}/{k}")
    def listed_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("POST", "/crm/v3/objects/{k}/search")
    def search(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("POST", "/crm/objects/{version}/{k}/search")
    def search_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("POST", "/crm/v3/objects/{k}/batch/read")
    def batch(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("POST", "/crm/objects/{version}/{k}/batch/read")
    def batch_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("POST", "/crm/v4/associations/{k}/{kto}/batch/read")
    def associations(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("POST", "/crm/associations/{version}/{k}/{kto}/batch/read")
    def associations_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/v3/owners")
    def owners(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/owners/{version}")
    def owners_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/v3/pipelines/{k}")
    def pipelines(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/pipelines/{version}/{k}")
    def pipelines_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/v3/properties/{k}")
    def properties(self, asked: Asked) -> Reply:
        return self._answered(asked)

    @route("GET", "/crm/properties/{version}/{k}")
    def properties_dated(self, asked: Asked) -> Reply:
        return self._answered(asked)


def _reply(answered: tuple[int, Mapping[str, Any]]) -> Reply:
    status, said = answered
    return Reply(said, status, {"X-HubSpot-Correlation-Id": "aeb5f871-7f07-4993"})
