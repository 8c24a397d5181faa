"""What may the vendors' contracts lack or get wrong? Each thing with the reason.

Nothing stays here that no request of ours needs any more: a test says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Absent:
    """A path that no saved contract has; ``answer`` is made of the request, 404 without one."""

    path: str
    why: str
    answer: Callable[[Mapping[str, Any]], Any] | None = field(default=None, compare=False)

    def covers(self, path: str) -> bool:
        return re.fullmatch(self.path, path) is not None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query that the contract does not list at this path."""

    path: str
    word: str
    why: str

    def covers(self, path: str, word: str) -> bool:
        return re.fullmatch(self.path, path) is not None and word == self.word


@dataclass(frozen=True, slots=True)
class Stricter:
    """A violation that is none at the vendor; with ``add`` in the query the mock answers."""

    path: str
    violation: str
    why: str
    add: tuple[tuple[str, str], ...] = ()

    def covers(self, path: str, against: tuple[str, ...]) -> bool:
        return re.fullmatch(self.path, path) is not None and against == (self.violation,)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Everything that is allowed for one vendor."""

    absent: tuple[Absent, ...] = ()
    words: tuple[Word, ...] = ()
    stricter: tuple[Stricter, ...] = ()

    def all(self) -> set[object]:
        return {*self.absent, *self.words, *self.stricter}


def _none(_asked: Mapping[str, Any]) -> Any:
    return {"results": []}


def _to_the_example(asked: Mapping[str, Any]) -> Any:
    """Tie every record to the one of the contracts' examples."""
    label = [{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}]
    to = [{"toObjectId": 512, "associationTypes": label}]
    return {"results": [{"from": {"id": one["id"]}, "to": to} for one in asked["inputs"]]}


HUBSPOT = Allowed(
    absent=(
        Absent(
            "/crm/v3/objects/(calls|meetings|emails)(/.*)?", "no contract of engagements is saved"
        ),
        Absent("/crm/v3/owners", "no contract of owners is saved", _none),
        Absent(
            "/crm/v4/associations/[a-z_]+/[a-z_]+/batch/read",
            "no contract of associations v4 is saved; search returns none",
            _to_the_example,
        ),
        Absent("/account-info/v3/details", "no contract of the account's details is saved"),
    ),
    words=(
        Word(
            "/crm/v3/objects/(companies|deals)",
            "propertiesWithHistory",
            "it came to the list after these contracts were saved",
        ),
    ),
    stricter=(
        Stricter(
            "/crm/v3/objects/feedback_submissions(/search)?",
            "it answered 401",
            "this contract is from the time of API keys, which HubSpot has ended",
            (("hapikey", "1"),),
        ),
    ),
)
LISTS = "satisfaction_ratings|deleted_tickets|deleted_users|organizations|tickets"
ZENDESK = Allowed(
    absent=(
        Absent(
            "/api/v2/guide/(survey_responses|en-us/surveys)", "new CSAT is in Help Center's API"
        ),
        Absent("/api/v2/channels/voice/stats/incremental/calls", "calls are in Talk's API"),
        Absent("/api/v2/business_hours/schedules", "this contract has no schedules"),
    ),
    words=(
        Word("/api/v2/incremental/tickets/cursor", "per_page", "the guide to exports has it"),
        Word("/api/v2/incremental/tickets/cursor", "include", "told in words: sideloading"),
        Word(f"/api/v2/({LISTS})", "page[size]", "told in words: cursor pagination"),
        Word(f"/api/v2/({LISTS})", "page[after]", "told in words: cursor pagination"),
        Word("/api/v2/satisfaction_ratings", "start_time", "told in words: filters"),
    ),
    stricter=(
        Stricter(
            "/api/v2/incremental/(tickets|users)/cursor",
            "query: Request query must have required property 'start_time'",
            "the guide to exports says that only the first request has a start, the others a cursor",
            (("start_time", "1"),),
        ),
    ),
)
TYPEFORM = Allowed()
ZOOM = Allowed(
    absent=(
        Absent(
            "/oauth/token",
            "tokens are got from another address, which has no contract",
            lambda _asked: {"access_token": "t-1"},
        ),
        Absent("/contact_center/engagements", "no contract of Contact Center is saved"),
    ),
    stricter=(
        Stricter(
            "/phone/call_history",
            "it answered 400",
            "its words allow days and instants, its format only days",
            (("from", "2026-02-01"), ("to", "2026-02-28")),
        ),
    ),
)
INTERCOM = Allowed(
    words=(
        Word("/contacts", "per_page", "told in words: pagination for list APIs"),
        Word("/contacts", "starting_after", "told in words: pagination for list APIs"),
    ),
)
STRIPE = Allowed(
    absent=(
        Absent("/v1/(products|coupons)", "no contract of products and coupons is saved"),
        Absent("/v1/invoices/search", "no contract of searches is saved"),
    ),
    words=(
        Word("/v1/(prices|subscriptions|invoices)", "expand[0]", "told in words: expansion"),
        Word("/v1/(prices|subscriptions)", "expand[1]", "told in words: expansion"),
        *(
            Word("/v1/events", f"types[{number}]", "it has one type, not several")
            for number in range(10)
        ),
    ),
)
FRESHDESK = Allowed(
    words=(Word("/contacts", "_updated_since", "told in words: filters of contacts"),),
    stricter=(
        Stricter(
            "/tickets",
            "query.include: Request query parameter include must be equal to one of the allowed "
            "values: requester, stats, description",
            "several are divided by commas; this contract was written by others",
            (("include", "stats"),),
        ),
    ),
)
