"""What keepwell.yaml may say about an Intercom workspace."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.connectors.intercom.settings import IntercomSettings

LEAST = {"name": "desk", "kind": "intercom", "token": "t-1"}


@pytest.mark.parametrize(
    ("region", "home"),
    [
        ("us", "https://api.intercom.io"),
        ("eu", "https://api.eu.intercom.io"),
        ("au", "https://api.au.intercom.io"),
    ],
)
def test_each_region_has_its_address(region, home):
    assert IntercomSettings.model_validate({**LEAST, "region": region}).home == home


@pytest.mark.parametrize(
    "more", [{"region": "mars"}, {"customer": "external_id"}, {"token": ""}, {"parts": "some"}]
)
def test_what_is_wrong_is_said(more):
    with pytest.raises(ValidationError):
        IntercomSettings.model_validate({**LEAST, **more})
