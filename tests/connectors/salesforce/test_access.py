"""How is an org asked, and by whom? Its app signs, or has a secret; nobody has a password."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from tasks.connectors.salesforce import SalesforceSettings
from tasks.connectors.salesforce.access import budget

LEAST = {
    "name": "crm",
    "kind": "salesforce",
    "base_url": "https://acme.my.salesforce.com",
    "client_id": "3MVG9",
}


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def test_a_signed_assertion_opens_the_org(company):
    key = rsa.generate_private_key(65537, 2048)
    company.salesforce.key = key.public_key()
    company.account()
    company.later()
    del company.said["client_secret"]
    assert company.rows("customers", "name", username="ops@acme.example", private_key=pem(key))
    (asked,) = company.salesforce.asked("token")
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert b"jwt-bearer" in asked.body


def test_where_clocks_differ_an_assertion_is_refused_and_the_clock_is_named(company):
    key = rsa.generate_private_key(65537, 2048)
    company.salesforce.key = key.public_key()
    company.salesforce.clock_is_ahead_s = 600
    del company.said["client_secret"]
    (problem,) = company.read(username="ops@acme.example", private_key=pem(key)).problems
    assert "machine's clock" in str(problem)


def test_an_assertion_for_another_audience_is_refused(company):
    key = rsa.generate_private_key(65537, 2048)
    company.salesforce.key = key.public_key()
    del company.said["client_secret"]
    said = {"username": "ops@acme.example", "private_key": pem(key)}
    (problem,) = company.read(**said, audience="https://test.salesforce.com").problems
    assert problem.status == 401


def test_a_key_that_is_none_is_told_without_showing_it(company):
    del company.said["client_secret"]
    (problem,) = company.read(username="ops@acme.example", private_key="no-such-key").problems
    assert "no RSA key" in str(problem)
    assert "no-such-key" not in str(problem)


def test_a_wrong_secret_is_one_problem_that_says_what_to_look_at(company):
    (problem,) = company.read(client_secret="wrong-secret").problems
    assert "External Client App" in str(problem)
    assert "wrong-secret" not in str(problem)


def test_a_wrong_secret_forgets_nothing_and_the_right_one_goes_on(company):
    company.account()
    company.later()
    company.read()
    company.salesforce.expire()
    company.later()
    said = company.read(client_secret="wrong-secret")
    assert [problem.status for problem in said.problems] == [401]
    before = len(company.salesforce.asked("query_all"))
    company.later()
    assert company.rows("customers", "name", client_secret="sf-client-secret") == [("Acme",)]
    asked = [each.query["q"] for each in company.salesforce.asked("query_all")[before:]]
    assert all("SystemModstamp >=" in one or "CreatedDate >=" in one for one in asked)


def test_a_token_that_runs_out_is_renewed(company):
    company.account()
    company.later()
    company.read()
    company.salesforce.expire()
    company.later()
    assert company.rows("customers", "name") == [("Acme",)]
    assert company.salesforce.tokens == 2


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"username": "ops@acme.example"},
        {"client_secret": "s", "username": "ops@acme.example", "private_key": "k"},
        {"client_secret": "s", "base_url": "http://acme.my.salesforce.com"},
        {"client_secret": "s", "fields": {"accounts": {"segment": "Name FROM User"}}},
        {"client_secret": "s", "password": "p"},
        {
            "client_secret": "s",
            "surveys": [{"object": "A__c", "kind": "nps", "low": 1, "high": 10, "score": "S__c"}],
        },
    ],
)
def test_what_cannot_work_is_refused_in_the_configuration(said):
    with pytest.raises(ValidationError):
        SalesforceSettings.model_validate(LEAST | said)


@pytest.mark.parametrize(
    ("said", "left"), [("api-usage=14000/15000", 1_000), ("api-usage=7/5", 0), ("", None)]
)
def test_what_is_left_of_the_day_is_in_a_header(said, left):
    found = budget({"sforce-limit-info": said})
    assert (found and found.remaining) == left
