"""Mistakes in the configuration of a HubSpot source, and what the least of it means."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.catalog import CONNECTORS
from tasks.connectors.hubspot import HUBSPOT
from tasks.connectors.hubspot.settings import HubSpotSettings

LEAST = {"name": "crm", "kind": "hubspot", "token": "pat-secret"}


def mistakes(**more):
    with pytest.raises(ValidationError) as raised:
        HubSpotSettings.model_validate(LEAST | more)
    return [error["msg"] for error in raised.value.errors()]


def test_it_is_registered_under_its_name():
    assert CONNECTORS.get("hubspot") is HUBSPOT


def test_a_token_is_enough():
    settings = HubSpotSettings.model_validate(LEAST)
    assert (settings.base_url, settings.version) == ("https://api.hubapi.com", "v3")
    assert (settings.history_months, settings.calls_per_10s) == (24, 100)


def test_the_token_is_not_shown():
    assert "pat-secret" not in repr(HubSpotSettings.model_validate(LEAST))


def test_a_missing_token_and_an_unknown_key_are_told_together():
    with pytest.raises(ValidationError) as raised:
        HubSpotSettings.model_validate({"name": "crm", "kind": "hubspot", "tokn": "x"})
    said = [error["msg"] for error in raised.value.errors()]
    assert any("missing" in one for one in said)
    assert any("did you mean 'token'" in one for one in said)


@pytest.mark.parametrize("version", ["v4", "2026", "latest"])
def test_a_version_is_v3_or_a_date(version):
    assert len(mistakes(version=version)) == 1


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        ({"kind": "nps", "low": 1, "high": 10}, "an NPS is asked from 0 to 10"),
        ({"kind": "NPS Q1", "low": 0, "high": 100}, "an NPS is asked from 0 to 10"),
        ({"kind": "csat", "low": 5, "high": 1}, "not above the lowest"),
        ({"kind": "csat", "low": 1}, "missing"),
    ],
)
def test_a_scale_that_cannot_be_is_told(scale, said):
    (found,) = mistakes(surveys={"5": scale})
    assert said in found


def test_a_kind_of_deal_that_does_not_exist_is_told():
    (found,) = mistakes(deal_types={"existingbusiness": "renewel"})
    assert "did you mean 'renewal'" in found


def test_the_streams_are_declared_without_asking_anybody():
    settings = HubSpotSettings.model_validate(LEAST)
    names = [stream.name for stream in HUBSPOT.streams(settings)]
    assert len(names) == len(set(names))
    assert {"companies", "companies archived", "deals pipelines", "account"} <= set(names)


def test_other_properties_begin_the_reading_anew():
    def config(**more):
        settings = HubSpotSettings.model_validate(LEAST | more)
        return next(one.config for one in HUBSPOT.streams(settings) if one.name == "companies")

    assert config() == config(term_months=12)
    assert config() != config(properties={"companies": {"plan": "my_plan"}})
    assert config() != config(leave_out=["country"])
