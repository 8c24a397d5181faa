"""A first configuration from a HubSpot account: what it holds stands beside, the token nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.hubspot.company import DEAL_STAGES, TICKET_STAGES
from tests.doubles.hubspot import HubSpot
from tests.flows.small import Keepwell


@pytest.fixture
def hubspot(company: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubSpot]:
    """An account with two pipelines of deals, one of tickets, and properties of its own."""
    (company / "keepwell.yaml").unlink()
    with HubSpot() as vendor:
        monkeypatch.setenv("HUBSPOT_TOKEN", vendor.token)
        portal = vendor.portal
        portal.add_pipeline("deals", "default", "Sales", *DEAL_STAGES)
        portal.add_pipeline("deals", "8812", "Renewals\n# injected: yes", *DEAL_STAGES)
        portal.add_pipeline("tickets", "0", "Support", *TICKET_STAGES)
        portal.define("companies", "customer_size", "Customer segment", "enumeration", s="SMB")
        portal.define("companies", "plan_name", "Plan", "enumeration", pro="Pro", old="${HOME}")
        portal.define("companies", "hs_tier", "Ideal customer tier", "string")
        portal.define("companies", "monthly_fee", "MRR today", "number")
        portal.define("companies", "csm", "Success manager", "string")
        portal.define("companies", "floor_plan", "Floor", "number")
        portal.define("deals", "hs_mrr", "Monthly recurring revenue", "number")
        portal.define("deals", "renewal_date", "Renewal date", "date")
        portal.define("deals", "payment_term", "Payment term", "number")
        yield vendor


def test_what_is_found_is_written_down(hubspot: HubSpot, company: Path, keepwell: Keepwell) -> None:
    code, out, err = keepwell("init", "--connect", "hubspot", "--base-url", hubspot.base_url)
    assert code == 0, err
    assert out.splitlines()[:10] == [
        "Looked at HubSpot:",
        "  pipeline of deals Sales: Open, Won (won), Lost (lost)",
        "  pipeline of deals Renewals # injected: yes: Open, Won (won), Lost (lost); renewals, by its name",
        "  pipeline of tickets Support: New, Closed (closed)",
        "  property customer_size of companies looks like segment: Customer segment (SMB)",
        "  property hs_tier of companies may be segment: Ideal customer tier",
        "  property plan_name of companies looks like plan: Plan (Pro, ${HOME})",
        "  property monthly_fee of companies may be mrr: MRR today",
        "  property csm of companies may be owner: Success manager",
        "  property hs_mrr of deals may be mrr: Monthly recurring revenue",
    ]
    written = (company / "keepwell.yaml").read_text(encoding="utf-8")
    assert "timezone: US/Eastern" in written
    assert "\nsegments: [segment, plan]\n" in written
    assert hubspot.token not in written + out + err
    assert (
        """
    pipelines:
      renewal: ["8812"]    # by their names
      # ignore: []    # pipelines that sell no subscriptions
    properties:
      companies:
        segment: "customer_size" # Customer segment (SMB)
        # segment may be "hs_tier": Ideal customer tier; HubSpot's own
        plan: "plan_name" # Plan (Pro, ${HOME})
        # mrr may be "monthly_fee": MRR today; say so where MRR is kept there and not in deals
        # owner may be "csm": Success manager; Keepwell takes hubspot_owner_id
      deals:
        # mrr may be "hs_mrr": Monthly recurring revenue; HubSpot's own
        ends_on: "renewal_date" # Renewal date
"""
        in written
    )


def test_an_account_that_is_as_it_came_is_written_down_too(
    company: Path, keepwell: Keepwell, monkeypatch: pytest.MonkeyPatch
) -> None:
    (company / "keepwell.yaml").unlink()
    with HubSpot() as vendor:
        monkeypatch.setenv("HUBSPOT_TOKEN", vendor.token)
        code, _, err = keepwell("init", "--connect", "hubspot", "--base-url", vendor.base_url)
    assert code == 0, err
    written = (company / "keepwell.yaml").read_text(encoding="utf-8")
    assert "# pipelines: {renewal: []}" in written
    assert "# properties: nothing looks like a segment" in written
    assert "\n# segments: [segment, plan" in written
    assert "no mistakes in it" in keepwell("check")[1]


def test_it_can_be_synced_as_it_is(hubspot: HubSpot, keepwell: Keepwell) -> None:
    hubspot.portal.add("companies", name="Acme", customer_size="s")
    hubspot.portal.pass_time(minutes=30)
    keepwell("init", "--connect", "hubspot", "--base-url", hubspot.base_url)
    code, out, err = keepwell("sync", now=hubspot.portal.now.isoformat())
    assert code == 0, out + err
    assert "crm     customers" in out


def test_tickets_that_may_not_be_read_are_said(
    hubspot: HubSpot, company: Path, keepwell: Keepwell
) -> None:
    hubspot.forbidden.add("tickets")
    code, out, _ = keepwell("init", "--connect", "hubspot", "--base-url", hubspot.base_url)
    assert code == 0
    assert "  not seen: pipelines of tickets: " in out
    assert "# not seen: pipelines of tickets: " in (company / "keepwell.yaml").read_text("utf-8")


def test_a_wrong_token_writes_nothing_and_is_not_shown(
    hubspot: HubSpot, company: Path, keepwell: Keepwell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_TOKEN", "pat-wrong-and-secret")
    code, out, err = keepwell("init", "--connect", "hubspot", "--base-url", hubspot.base_url)
    assert code == 3
    assert "Make a new private app token in HubSpot" in err
    assert "pat-wrong-and-secret" not in out + err
    assert not (company / "keepwell.yaml").exists()


def test_wrong_use_is_told_before_anybody_is_asked(
    hubspot: HubSpot, company: Path, keepwell: Keepwell, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = keepwell("init", "--connect", "hubspt")
    assert code == 2
    assert "did you mean 'hubspot'?" in err
    code, _, err = keepwell("init", "--connect", "hubspot", "--from", "exports")
    assert (code, err) == (
        2,
        "keepwell: there are --from and --connect. Take one; the other is added later.\n",
    )
    monkeypatch.delenv("HUBSPOT_TOKEN")
    code, _, err = keepwell("init", "--connect", "hubspot")
    assert code == 2
    assert err.startswith("keepwell: HUBSPOT_TOKEN is not set. Make a private app in HubSpot")
    (company / "keepwell.yaml").write_text("", encoding="utf-8")
    assert keepwell("init", "--connect", "hubspot")[0] == 2
    assert hubspot.requests == []
