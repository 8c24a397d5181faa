"""What is asked of Salesforce is what its contracts allow, as far as there are any.

Large orders are held against the contract of the Bulk API, further pages against the one of
queries, and questions (/query) against the one of a connector of others, which has their method:
Salesforce's saved contracts of query and queryAll have POST and a body, its own pages GET and q.
So a question to queryAll, which takes the same q, is held against that of /query. What cannot be
held against any contract is named in UNTOLD, with the reason, and nothing else is asked.
"""

from __future__ import annotations

import pytest

from tasks.connectors.salesforce.reading import ROWS
from tests.connectors.salesforce.company import reading
from tests.contracts.prism import mocks
from tests.contracts.saved import contracts
from tests.doubles.salesforce import HOME

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("contracts")]
BULK, PAGES, QUESTIONS = (
    "salesforce-bulk2.yml",
    "salesforce-query.yml",
    "airbyte-salesforce-connector.yaml",
)
HELD = {  # by route: the file, and what stands before its paths
    "job": (BULK, f"{HOME}/jobs"),
    "job_state": (BULK, f"{HOME}/jobs"),
    "job_rows": (BULK, f"{HOME}/jobs"),
    "more": (PAGES, HOME),
    "query": (QUESTIONS, HOME),
    "query_all": (QUESTIONS, HOME),
}
UNTOLD = {
    "token": "no contract of OAuth is saved",
    "describe": "no contract of /sobjects/X/describe is saved",
    "deleted": "no contract of /sobjects/X/deleted is saved",
}
AS = {"/queryAll": "/query"}  # takes the same words; the saved contract of it has POST
PASSED_ON = ("Authorization", "Content-Type", "Accept")


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Every request of an org that is read page by page, then of one that orders in bulk."""
    found = []
    for bulk_rows in (1_000, 1):
        folder = tmp_path_factory.mktemp("org")
        with reading(folder, page=2, bulk_rows=bulk_rows) as company:
            company.salesforce.part = 2
            for number in range(5):
                company.account(f"Firm {number}")
            company.later()
            assert len(company.rows("customers", "name")) == 5
            company.later(days=8)  # ids are listed anew
            company.read()
            found += company.salesforce.requests
    return found


def test_every_route_that_is_asked_is_held_against_a_contract_or_named(asked):
    assert {each.route for each in asked} == {*HELD, *UNTOLD}


@pytest.mark.parametrize("file", sorted({file for file, _ in HELD.values()}))
def test_every_request_is_accepted(asked, file):
    against, held = {}, 0
    with mocks(contracts("salesforce", file), "--seed", "1") as (mock,):
        for each in asked:
            its_file, before = HELD.get(each.route, ("", ""))
            if its_file == file:
                path = each.path.removeprefix(before)
                path = AS.get(path, path)
                sent = {name: each.headers[name] for name in PASSED_ON if name in each.headers}
                said = mock.ask(each.method, path, each.query, sent, each.body, made_up=False)
                against |= {f"{each.method} {path}": said.against} if said.against else {}
                assert set(each.query) <= mock.contract.words(each.method, path)
                held += 1
    assert against == {}
    assert held


def test_what_a_question_must_be_answered_with_is_what_the_contract_promises():
    with mocks(contracts("salesforce", PAGES), "--seed", "1") as (mock,):
        sent = {"Authorization": "Bearer t"}
        said = mock.ask("GET", "/query/01g000-2000", {}, sent, b"", made_up=False)
    assert said.against == ()
    assert {name: type(said.data[name]) for name in ROWS} == ROWS
