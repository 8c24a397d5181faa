"""What does the sample company's configuration look like with a HubSpot and a Zendesk in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.live_vendors import CRM, DESK
from tasks.sample import CONFIGURATION

if TYPE_CHECKING:
    from flows.live_vendors import Vendors

FIRST_SOURCE, LAST_SOURCE = "# Four systems", "product, kind: files"

# A file knows a customer as C0001, the pretended HubSpot as 70001.
SOURCES = """\
# Two vendors, and files for what neither of them can carry. The tokens open nothing but the
# pretended vendors of that one run; with your own, write "${{HUBSPOT_TOKEN}}".
sources:
  - name: {crm}
    kind: hubspot
    base_url: {hubspot.base_url}
    token: {hubspot.token}
    calls_per_10s: {hubspot.calls_per_10s}        # so fast are the seconds of the pretended one
    searches_per_s: {hubspot.searches_per_s}
    properties: {{companies: {{is_test: test_account, external_ids: [account_number]}}}}
    pipelines: {{renewal: [Renewals]}}
    surveys: {{"31": {{kind: ces_ease17, low: 1, high: 7}}}}   # HubSpot does not say its scale
  - name: {desk}
    kind: zendesk
    base_url: {zendesk.base_url}
    client_id: {zendesk.client_id}
    client_secret: {zendesk.client_secret}
    exports_per_minute: {zendesk.exports_per_minute}    # as above
    requests_per_minute: {zendesk.requests_per_minute}
    escalated_tags: [escalated]
    event_days: 60                 # when tickets were opened again, for so many days back
  - name: billing                  # payments, recognised revenue, costs, exchange rates
    kind: files
    path: ../exports/billing
    tables:
      payments: {{sql: "SELECT * REPLACE ({ours}) FROM payments"}}
      revenue_lines: {{sql: "SELECT * REPLACE ({ours}) FROM revenue_lines"}}
      costs: {{file: costs.csv}}
      fx_rates: {{file: fx_rates.csv}}
  - name: product                  # usage, seats, and how many were asked
    kind: files
    path: ../exports/product
    tables:
      usage_events: {{sql: "SELECT * REPLACE ({ours}) FROM usage_events"}}
      licenses: {{sql: "SELECT * REPLACE ({ours}) FROM licenses"}}
      survey_sends: {{file: survey_sends.csv}}
"""
OURS = "'7' || substr(customer_id, 2) AS customer_id"


def live_configuration(vendors: Vendors) -> str:
    """Return the sample's configuration with ``vendors`` in the place of its exports."""
    lines = CONFIGURATION.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(at for at, line in enumerate(lines) if line.startswith(FIRST_SOURCE))
    last = next(at for at, line in enumerate(lines) if LAST_SOURCE in line)
    sources = SOURCES.format(
        crm=CRM, desk=DESK, hubspot=vendors.hubspot, zendesk=vendors.zendesk, ours=OURS
    )
    return "".join([*lines[:first], sources, *lines[last + 1 :]])
