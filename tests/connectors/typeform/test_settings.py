"""What keepwell.yaml may say about Typeform."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.catalog import CONNECTORS
from tasks.connectors.typeform import TYPEFORM, TypeformSettings
from tasks.connectors.typeform.streams import streams


def made(**changed):
    said = {"name": "surveys", "kind": "typeform", "token": "s3cret", **changed}
    return TypeformSettings.model_validate(said)


def test_it_is_registered():
    assert CONNECTORS.get("typeform") is TYPEFORM


def test_where_the_account_is():
    assert made().home == "https://api.typeform.com"
    assert made(region="eu").home == "https://api.eu.typeform.com"
    assert made(base_url="http://127.0.0.1:80/").home == "http://127.0.0.1:80"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"token": " "}, "it is empty"),
        ({"base_url": "http://api.typeform.com"}, "unencrypted"),
        ({"base_url": "typeform"}, "not a web address"),
        ({"region": "mars"}, "us"),
    ],
)
def test_mistakes(said, why):
    with pytest.raises(ValidationError, match=why):
        made(**said)


def test_the_token_never_shows():
    assert "s3cret" not in repr(made())


def test_without_reconciliation_no_ids_are_listed():
    assert [one.name for one in streams(made(reconcile_days=0))] == ["forms", "responses"]


def test_other_forms_begin_from_the_start():
    before, after = streams(made()), streams(made(forms=["aBc"]))
    assert all(
        one.settings("x") != other.settings("x")
        for one, other in zip(before, after, strict=True)
    )  # fmt: skip
