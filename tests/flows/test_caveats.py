"""Customers in doubt stand in the data notes of the digest, with their number and what they pay."""

from __future__ import annotations

from pathlib import Path

from tests.flows.small import Keepwell

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
