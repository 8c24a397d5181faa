"""What keepwell.yaml may say about a Request Tracker."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.connectors.rt import RT
from tasks.connectors.rt.access import api
from tasks.connectors.rt.settings import RtSettings

LEAST = {"name": "desk", "kind": "rt", "base_url": "https://rt.example.com", "token": "1-14-ab"}


def settings(**more):
    return RtSettings.model_validate({**LEAST, **more})


@pytest.mark.parametrize("end", ["", "/", "/REST/2.0", "/REST/2.0/"])
def test_an_address_in_any_form(end):
    home = settings(base_url=f"https://rt.example.com/rt{end}").home
    assert home == "https://rt.example.com/rt/REST/2.0"


@pytest.mark.parametrize(
    "more",
    [
        {"base_url": "http://rt.example.com"},
        {"token": " "},
        {"customer": "field:"},
        {"customer": "name"},
        {"solved_statuses": []},
        {"satisfaction_scale": [5, 5]},
        {"satisfaction_scale": [1]},
    ],
)
def test_what_is_wrong_is_said(more):
    with pytest.raises(ValidationError):
        settings(**more)


def test_the_token_stands_behind_rts_own_word_and_is_a_secret():
    auth = api(settings()).auth
    assert auth.headers() == {"Authorization": "token 1-14-ab"}
    assert "1-14-ab" in auth.secrets()


def test_what_changes_the_rows_that_are_kept_begins_anew():
    def digest(**more):
        return RT.streams(settings(**more))[0].settings("x")

    others = (
        {"queues": ["Support"]},
        {"customer": "field:CRM"},
        {"history_months": 12},
        {"tag_fields": ["Product"]},
        {"satisfaction_field": "Score"},
    )
    assert len({digest(), *(digest(**more) for more in others)}) == 1 + len(others)
    assert digest(spam_tags=["junk"]) == digest()


def test_scores_are_a_table_only_where_a_field_has_them():
    assert RT.streams(settings())[0].tables == ("tickets", "contacts")
    assert "survey_responses" in RT.streams(settings(satisfaction_field="Score"))[0].tables


def test_without_a_weekly_comparison_there_is_no_listing():
    assert [one.name for one in RT.streams(settings(reconcile_days=0))] == ["tickets"]
