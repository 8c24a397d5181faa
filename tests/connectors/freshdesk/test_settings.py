"""What keepwell.yaml may say about a Freshdesk account."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.connectors.freshdesk.access import api
from tasks.connectors.freshdesk.settings import FreshdeskSettings

LEAST = {"name": "desk", "kind": "freshdesk", "api_key": "k-1"}


@pytest.mark.parametrize("domain", ["acme", "Acme", "https://acme.freshdesk.com/"])
def test_a_domain_in_any_form(domain):
    settings = FreshdeskSettings.model_validate({**LEAST, "domain": domain})
    assert settings.home == "https://acme.freshdesk.com/api/v2"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"domain": "a.b"},
        {"domain": "acme", "base_url": "https://x.example"},
        {"base_url": "http://x.example"},
        {"domain": "acme", "customer": "field:"},
        {"domain": "acme", "api_key": " "},
    ],
)
def test_what_is_wrong_is_said(more):
    with pytest.raises(ValidationError):
        FreshdeskSettings.model_validate({**LEAST, **more})


def test_the_key_is_the_secret_however_it_is_written():
    asked = api(FreshdeskSettings.model_validate({**LEAST, "domain": "acme"}))
    assert asked.auth.headers() == {"Authorization": "Basic ay0xOlg="}
    assert {"k-1", "ay0xOlg="} <= set(asked.auth.secrets())
