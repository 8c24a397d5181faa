"""What a large order at Salesforce's Bulk API asks is what its contract allows.

The saved contracts of its queries name another method than Salesforce's own pages do, and there
are none of describe, deleted and the token: those are held against the double alone.
"""

from __future__ import annotations

import pytest

from tests.connectors.salesforce.company import reading
from tests.contracts.prism import mocks
from tests.contracts.saved import contracts
from tests.doubles.salesforce import HOME

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("contracts")]
ORDERED = {"job", "job_state", "job_rows"}
PASSED_ON = ("Authorization", "Content-Type", "Accept")


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Every request that belongs to an order, as it came to the double."""
    with reading(tmp_path_factory.mktemp("org"), bulk_rows=1) as company:
        company.salesforce.part = 2
        for number in range(5):
            company.account(f"Firm {number}")
        company.later()
        assert len(company.rows("customers", "name")) == 5
        return [each for each in company.salesforce.requests if each.route in ORDERED]


def test_every_request_of_a_large_order_is_accepted(asked):
    files = contracts("salesforce", "salesforce-bulk2.yml")
    against = {}
    with mocks(files, "--seed", "1") as (mock,):
        for each in asked:
            path = each.path.removeprefix(f"{HOME}/jobs")
            sent = {name: each.headers[name] for name in PASSED_ON if name in each.headers}
            said = mock.ask(each.method, path, each.query, sent, each.body, made_up=False)
            against |= {f"{each.method} {path}": said.against} if said.against else {}
            assert set(each.query) <= mock.contract.words(each.method, path)
    assert against == {}
    assert {each.route for each in asked} == ORDERED
