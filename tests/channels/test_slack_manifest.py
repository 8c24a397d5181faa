"""The app's manifest asks for the scopes our calls need, and for no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tasks.channels.slack.bot import probe
from tasks.errors import ChannelRejected, KeepwellError
from tests.channels.attempts import Remembered
from tests.channels.slack_parts import DRAWN, QUICK, sent, settings
from tests.doubles.slack import Slack

MANIFEST = YAML(typ="safe").load(
    (Path(__file__).parents[2] / "deploy" / "slack-manifest.yaml").read_text("utf-8")
)
SCOPES = frozenset(MANIFEST["oauth_config"]["scopes"]["bot"])


def everything(scopes):
    """Return how many charts came, after all that the channel can do was done with ``scopes``."""
    with Slack() as slack:
        slack.add_channel("weekly")
        slack.add_channel("board", private=True)
        person = slack.add_person("ana@example.com")
        token = slack.add_token(scopes)
        for number, recipient in enumerate(("#weekly", "#board", "ana@example.com", person)):
            sent(slack, recipient, DRAWN, token=token)
            asked_first = Remembered(f"{number:032x}", unanswered={"message": 1, "reply-1": 1})
            sent(slack, recipient, DRAWN, attempt=asked_first, token=token)
            assert probe([recipient], settings=settings(slack, token=token), patience=QUICK) == ()
        posted = [each for place in slack.places.values() for each in place.posted]
        return sum(len(each.pictures) for each in posted)


def test_with_these_scopes_everything_works():
    assert everything(SCOPES) == 16


@pytest.mark.parametrize("scope", sorted(SCOPES - {"files:write", "files:read"}))
def test_without_one_of_them_something_is_refused_by_its_name(scope):
    with pytest.raises(ChannelRejected, match=scope):
        everything(SCOPES - {scope})


@pytest.mark.parametrize("scope", ["files:write", "files:read"])
def test_without_those_for_files_only_the_charts_are_missing(scope):
    assert everything(SCOPES - {scope}) == 0


def test_the_app_is_a_plain_bot_called_keepwell():
    assert MANIFEST["features"]["bot_user"]["display_name"] == "Keepwell"
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["settings"]["interactivity"] == {"is_enabled": True}
    assert "event_subscriptions" not in MANIFEST["settings"]
    assert set(MANIFEST["oauth_config"]["scopes"]) == {"bot"}


def test_no_scopes_at_all_is_a_refusal():
    with pytest.raises(KeepwellError):
        everything(frozenset())
