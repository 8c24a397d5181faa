"""What keepwell.yaml may say about Zendesk, and every mistake in plain words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.catalog import CONNECTORS
from tasks.connectors.zendesk import ZENDESK, ZendeskSettings

WHO = {"name": "desk", "kind": "zendesk", "email": "ops@example.com", "token": "s3cret"}


def made(**changed):
    whole = {"subdomain": "acme", **WHO, **changed}
    return ZendeskSettings.model_validate({k: v for k, v in whole.items() if v is not ...})


def mistake(**changed):
    with pytest.raises(ValidationError) as caught:
        made(**changed)
    return str(caught.value)


def test_it_is_registered():
    assert CONNECTORS.get("zendesk") is ZENDESK


def test_where_the_account_is():
    assert made().home == "https://acme.zendesk.com"
    assert made(subdomain="https://Acme.zendesk.com/").home == "https://acme.zendesk.com"
    assert made(subdomain=..., base_url="http://127.0.0.1:8080/").home == "http://127.0.0.1:8080"
    assert "Give 'subdomain' or 'base_url'" in mistake(subdomain=...)
    assert "Give 'subdomain' or 'base_url'" in mistake(base_url="https://acme.zendesk.com")
    assert "not a subdomain" in mistake(subdomain="acme zendesk")


@pytest.mark.parametrize("url", ["acme.zendesk.com", "ftp://x", "http://a:0", "https://u:p@x", ""])
def test_what_is_no_address(url):
    assert "not a web address" in mistake(subdomain=..., base_url=url)


def test_a_token_never_goes_over_an_open_line():
    assert "unencrypted" in mistake(subdomain=..., base_url="http://acme.zendesk.com")


def test_who_asks_is_said_in_exactly_one_way():
    assert "not clear who asks" in mistake(token=...)
    assert "not clear who asks" in mistake(oauth_token="x")
    assert "not clear who asks" in mistake(email=..., token=..., client_id="x")
    assert "it is empty" in mistake(token=" ")
    assert made(email=..., token=..., oauth_token="x").oauth_token is not None
    assert made(email=..., token=..., client_id="x", client_secret="y").client_id == "x"


def test_how_organizations_name_customers():
    assert made().rule == "external_id"
    assert made(customers=True).rule == "id"
    assert made(customers=True, customer="field:crm_id").rule == "field:crm_id"
    assert "organization field" in mistake(customer="crm_id")


def test_a_secret_is_never_shown():
    settings = made()
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings.model_dump())
    assert "s3cret" not in mistake(history_months=0)
