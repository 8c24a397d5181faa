"""A value comes from the place that is nearest, a mistake names all places, and no value is told."""

from __future__ import annotations

import pytest

from tasks.config import Settings
from tasks.config.load import settings_of
from tasks.config.secrets import secrets_of
from tasks.errors import ConfigurationInvalid, WrongUse
from tasks.masking import masked
from tests.config.small import LEAST, SMALL, WHOLE, settings_in


@pytest.fixture
def told(tmp_path):
    """Settings and their places, for the channel token written as given."""
    (tmp_path / "token").write_text("from-file\n")

    def load(written: str, environ: dict[str, str], blocks: dict[str, str] | None = None):
        asked: list[str] = []

        def block(name: str) -> str | None:
            asked.append(name)
            return (blocks or {}).get(name)

        text = f'{LEAST}channels:\n  slack: {{token: "{written}"}}\n'
        settings = settings_of(text, tmp_path / "keepwell.yaml", environ, SMALL, block)
        return token_in(settings), settings.filled_in[-1].origin, asked

    return load


def token_in(settings: Settings) -> str:
    token = settings.channels["slack"].token  # type: ignore[attr-defined]
    return token.get_secret_value()


def test_the_environment_is_nearer_than_a_file(told):
    environ = {"TOKEN": "from-environment", "TOKEN_FILE": "token"}
    value, origin, _ = told("${TOKEN}", environ)
    assert value == "from-environment"
    assert origin == "the environment (the file of TOKEN_FILE is not read)"


def test_a_file_is_read_where_the_variable_is_not_set(told):
    assert told("${TOKEN}", {"TOKEN_FILE": "token"})[0] == "from-file"
    value, origin, _ = told("${TOKEN}", {"TOKEN_FILE": "token", "TOKEN": ""})
    assert (value, origin) == ("from-file", "the file token (TOKEN_FILE)")


def test_a_block_is_asked_for_only_where_nothing_is_nearer(told):
    blocks = {"slack-token": "from-block"}
    value, origin, asked = told("${block:slack-token}", {}, blocks)
    assert (value, origin) == ("from-block", "the Prefect block 'slack-token'")
    assert asked == ["slack-token"]
    value, _, asked = told("${block:slack-token}", {"SLACK_TOKEN": "from-environment"}, blocks)
    assert (value, asked) == ("from-environment", [])
    value, _, asked = told("${block:slack-token}", {"SLACK_TOKEN_FILE": "token"}, blocks)
    assert (value, asked) == ("from-file", [])


def test_a_name_alone_never_asks_for_a_block(told):
    assert told("${TOKEN:-none}", {}, {"token": "from-block"})[1:] == ("its default", [])


def test_a_default_is_what_is_left(told):
    assert told("${block:slack-token:-of-mine}", {})[:2] == ("of-mine", "its default")


@pytest.mark.parametrize(
    ("written", "environ", "said"),
    [
        (
            "${TOKEN}",
            {},
            (
                "the environment variable TOKEN is not set. "
                "Set it, name a file in TOKEN_FILE, or write ${TOKEN:-default}."
            ),
        ),
        (
            "${TOKEN}",
            {"TOKEN_FILE": "nowhere"},
            (
                "the file that TOKEN_FILE names cannot be read: No such file or directory. "
                "(nowhere) Mend the path or the file."
            ),
        ),
        (
            "${block:slack-token}",
            {},
            (
                "there is no Prefect Secret block 'slack-token', and SLACK_TOKEN is not set "
                "either. Make the block in the Prefect UI, or set SLACK_TOKEN."
            ),
        ),
    ],
)
def test_what_is_nowhere_is_a_mistake_with_its_line(told, written, environ, said):
    with pytest.raises(ConfigurationInvalid) as caught:
        told(written, environ)
    assert [str(one) for one in caught.value.mistakes] == [f"line 5, channels.slack.token: {said}"]


def test_a_block_that_cannot_be_asked_for_is_a_mistake_with_its_line(tmp_path):
    def no_answer(name: str) -> str | None:
        raise WrongUse(f"Prefect did not give the block '{name}'.", todo="Check PREFECT_API_URL.")

    text = LEAST + 'operators: {heartbeat_url: "${block:ping}"}'
    with pytest.raises(
        ConfigurationInvalid, match=r"line 4, operators\.heartbeat_url: Prefect did"
    ):
        settings_of(text, tmp_path / "keepwell.yaml", {}, SMALL, no_answer)


def test_where_every_value_came_from_is_known_and_no_value_is_told():
    told = [str(one) for one in settings_in(WHOLE).filled_in]
    assert told[0] == "line 7, sources[0].token: HUBSPOT_TOKEN from the environment"
    assert "operators.heartbeat_url: HEARTBEAT_URL from its default" in told[1]
    assert not any("xoxb" in one for one in told)


def test_everything_secret_is_found_wherever_it_stands():
    text = (
        LEAST.replace("sqlite:///keepwell.db", "postgresql://kpi:db-secret@host/db")
        + 'operators: {heartbeat_url: "https://ping.example.com/0123456789abcdef"}\n'
        + "channels: {slack: {token: xoxb-secret}}\n"
    )
    found = set(secrets_of(settings_in(text)))
    assert {"db-secret", "xoxb-secret", "0123456789abcdef"} <= found


def test_what_a_configuration_calls_secret_is_masked_once_it_is_read():
    settings_in(LEAST + "channels: {slack: {token: correct-horse}}\n")
    assert masked("it is correct-horse") == "it is ***"
    assert str(WrongUse("it is correct-horse")) == "it is ***"
