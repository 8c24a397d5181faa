"""Customers in doubt stand in the data notes of the digest, with their number and what they pay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.caveats import caveat_notes
from flows.workspace import opened
from tasks.record import record_load
from tests.facts.drawn import folded, raw
from tests.flows.small import CONFIG, Keepwell

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)

CONTRACTS = """\
contract_id,customer_id,due_at,acv,outcome,decided_at,renewed_acv
k1,c1,2026-02-20,1200,pending,,
k2,c2,2026-02-27,24000,,,
k3,c3,2026-02-20,1200,renewed,2026-02-18,1300
k4,acme,2026-02-20,1200,pending,,
k5,c4,2026-03-20,1200,pending,,
k6,c5,2026-01-20,1200,pending,,
k7,c6,2026-02-20,1200,renewed,2026-03-01T12:00:00Z,1300
"""
LATE = "Renewal late: 2 customers, $2,100; their contracts are over, and nobody has decided yet."


def test_late_renewals_stand_in_the_digest(keepwell: Keepwell, company: Path) -> None:
    (company / "exports" / "contracts.csv").write_text(CONTRACTS)
    code, printed, _ = keepwell("digest")
    assert code == 0
    assert LATE in " ".join(printed.split())


CRM = """
    version_id | subscription_id | customer_id | source | status | valid_from | unit_amount | quantity | currency | interval | interval_count
    d1         | d1              | c1          | crm    | active | 2025-12-01 | 150         | 1        | USD      | month    | 1
    d2         | d2              | c2          | crm    | active | 2025-12-01 | 100         | 1        | USD      | month    | 1
    d3         | d3              | new         | crm    | active | 2025-12-01 | 999         | 1        | USD      | month    | 1
"""
HUBSPOT = "  - {name: crm, kind: hubspot, token: secret}\n"


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (
            "billing",
            (
                "1 customer with another MRR in the CRM than in billing: $150 there, $100 here; "
                "billing counts."
            ),
        ),
        (
            "crm",
            (
                "1 customer with another MRR in billing than in the CRM: $100 there, $150 here; "
                "the CRM counts."
            ),
        ),
    ],
)
def test_whom_crm_and_billing_disagree_about_is_told_and_counted_once(
    keepwell: Keepwell, company: Path, first: str, told: str
) -> None:
    keepwell("sync")
    config = company / "keepwell.yaml"
    setting = f"kpis: {{settings: {{mrr_precedence: {first}}}}}\n"
    config.write_text(CONFIG.replace("segments:", f"{HUBSPOT}segments:") + setting)
    with opened(config, {}) as workspace:
        deals = folded(raw("subscription_versions", CRM), source="crm")
        record_load.fn(workspace.store, workspace.settings, deals, "deals", NOW)
        week = workspace.settings.calendar.period("2026-W09")
        assert [note.text for note in caveat_notes(workspace, week)] == [told]
