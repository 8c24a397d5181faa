"""By which doors can the same company be read? Its files, and the systems it might have instead.

Each door is a configuration of the sample company whose sources are doubles, open as long as the
block lasts, and files for what none of them can carry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.sample import CONFIGURATION
from tests.doubles.hubspot import HubSpot
from tests.doubles.intercom import Intercom
from tests.doubles.salesforce import Salesforce
from tests.doubles.sample_company import Exports
from tests.doubles.sample_hubspot import EASE_SURVEY, hubspot_of
from tests.doubles.sample_intercom import intercom_of
from tests.doubles.sample_salesforce import SAID, account_key, salesforce_of
from tests.doubles.sample_stripe import configuration, stripe_of
from tests.doubles.sample_zendesk import zendesk_of
from tests.doubles.stripe import Stripe
from tests.doubles.zendesk import EMAIL, Zendesk

Sources = list[dict[str, Any]]
FIRST_SOURCE, LAST_SOURCE = "# Four systems", "product, kind: files"
OURS = "'7' || substr(customer_id, 2)"  # what HubSpot and Stripe call C0001
EFFORT = f"""\
SELECT * REPLACE ({OURS} AS customer_id,
CAST(CAST(substr(ticket_id, 2) AS INTEGER) AS VARCHAR) AS ticket_id)
FROM survey_responses WHERE survey <> 'csat'
"""
FAST = {"exports_per_minute": 600_000, "requests_per_minute": 6_000_000}


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: what it is called, and the sources it gives while it is open."""

    name: str
    opened: Callable[[Exports, datetime], AbstractContextManager[Sources]]


def configured(sources: Sources) -> str:
    """The sample company's configuration with other sources."""
    lines = CONFIGURATION.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(at for at, line in enumerate(lines) if line.startswith(FIRST_SOURCE))
    last = next(at for at, line in enumerate(lines) if LAST_SOURCE in line)
    text = "".join([*lines[:first], f"sources: {json.dumps(sources)}\n", *lines[last + 1 :]])
    return text.replace("segments: [segment, plan, region, plan/region]", "segments: [segment]")


@contextmanager
def _files(_exports: Exports, _now: datetime) -> Iterator[Sources]:
    systems = ("crm", "desk", "billing", "product")
    yield [{"name": one, "kind": "files", "path": f"../exports/{one}"} for one in systems]


def beside(ours: str) -> Sources:
    """Files for what no CRM and no helpdesk has; ``ours`` is SQL for what it calls a customer."""
    known_as = f"{ours} AS customer_id"
    billing = {
        "payments": {"sql": f"SELECT * REPLACE ({known_as}) FROM payments"},
        "revenue_lines": {"sql": f"SELECT * REPLACE ({known_as}) FROM revenue_lines"},
        "costs": {"file": "costs.csv"},
        "fx_rates": {"file": "fx_rates.csv"},
    }
    product = {
        "usage_events": {"sql": f"SELECT * REPLACE ({known_as}) FROM usage_events"},
        "licenses": {"sql": f"SELECT * REPLACE ({known_as}) FROM licenses"},
        "survey_sends": {"file": "survey_sends.csv"},
    }
    return [
        {"name": "billing", "kind": "files", "path": "../exports/billing", "tables": billing},
        {"name": "product", "kind": "files", "path": "../exports/product", "tables": product},
    ]


def desk(zendesk: Zendesk) -> dict[str, Any]:
    """A Zendesk as a source."""
    return {
        "name": "desk",
        "kind": "zendesk",
        "base_url": zendesk.base_url,
        "email": EMAIL,
        "token": zendesk.token,
        "escalated_tags": ["escalated"],
        "event_days": 60,
        **FAST,
    }


@contextmanager
def _hubspot_and_zendesk(exports: Exports, now: datetime) -> Iterator[Sources]:
    with HubSpot(hubspot_of(exports, now)) as hubspot, Zendesk(zendesk_of(exports, now)) as zendesk:
        crm = {
            "name": "crm",
            "kind": "hubspot",
            "base_url": hubspot.base_url,
            "token": hubspot.token,
            "calls_per_10s": 1_000_000,
            "searches_per_s": 100_000,
            "properties": {
                "companies": {"is_test": "test_account", "external_ids": ["account_number"]}
            },
            "pipelines": {"renewal": ["Renewals"]},
            "surveys": {EASE_SURVEY: {"kind": "ces_ease17", "low": 1, "high": 7}},
        }
        yield [crm, desk(zendesk), *beside(OURS)]


@contextmanager
def _salesforce_and_zendesk(exports: Exports, now: datetime) -> Iterator[Sources]:
    account = zendesk_of(exports, now)
    for row in exports.rows("crm", "customers"):
        known = next(one for one in account.organizations.values() if one["name"] == row["name"])
        known["external_id"] = account_key(row["customer_id"])
    with Salesforce(salesforce_of(exports, now)) as salesforce, Zendesk(account) as zendesk:
        client, secret = salesforce.client
        crm = {
            "name": "crm",
            "kind": "salesforce",
            "base_url": salesforce.base_url,
            "client_id": client,
            "client_secret": secret,
            "calls_per_s": 100_000,
            **SAID,
        }
        yield [crm, desk(zendesk), *beside("'0010000000000' || '7' || substr(customer_id, 2)")]


@contextmanager
def _stripe_and_intercom(exports: Exports, now: datetime) -> Iterator[Sources]:
    with Stripe(stripe_of(exports, now)) as stripe, Intercom() as intercom:
        intercom.workspace = intercom_of(exports, now)
        helpdesk = {
            "name": "desk",
            "kind": "intercom",
            "base_url": intercom.base_url,
            "token": intercom.token,
            "calls_per_10s": 1_000_000,
            "escalated_tags": ["escalated"],
        }
        billing, product = beside(OURS)
        del billing["tables"]["payments"]
        known_as = f"{OURS} AS customer_id"
        votes = f"SELECT * REPLACE ({known_as}) FROM survey_responses"
        product["tables"]["survey_responses"] = {"sql": votes}
        efforts = {
            "name": "effort",
            "kind": "files",
            "path": "../exports/desk",
            "tables": {"survey_responses": {"sql": EFFORT}},
        }
        yield [_stripe(stripe), helpdesk, billing, product, efforts]


def _stripe(stripe: Stripe) -> dict[str, Any]:
    return configuration(stripe.base_url, stripe.token)


FILES = Door("files", _files)
DOORS = (
    Door("HubSpot + Zendesk", _hubspot_and_zendesk),
    Door("Salesforce + Zendesk", _salesforce_and_zendesk),
    Door("Stripe + Intercom", _stripe_and_intercom),
)
