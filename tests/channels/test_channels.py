"""Every channel, whatever it is, can be configured, found by its name, and asked what is wrong."""

from __future__ import annotations

import re
from inspect import Parameter, signature

import pytest
from pydantic import SecretStr, ValidationError

import tasks.channels  # noqa: F401 - registers them
from tasks.catalog import CHANNELS
from tasks.channels.base import channel_named
from tasks.config.base import ChannelSettings
from tasks.errors import UnknownName

EVERY_CHANNEL = pytest.mark.parametrize("entry", CHANNELS, ids=CHANNELS.keys())
SUCH_AS = re.compile(r"such as (\S+?)[,.;)]?(?:\s|$)")
SECRET = re.compile("token|password|secret")
HOSTILE = {
    "5000 letters": "x" * 5000,
    "a line break": "a\r\nb",
    "a zero byte": "a\x00b",
    "half a letter": "\ud800",
    "another direction": "\u202e",
    "a mention": "<!channel>",
    "a formula": "=HYPERLINK(1)",
}


def is_sentence(text):
    return text[-1] in ".?" and "\n" not in text and "  " not in text


@EVERY_CHANNEL
def test_every_channel_has_settings_and_says_whom_it_reaches(entry):
    assert issubclass(entry.settings, ChannelSettings)
    assert entry.describes_recipient
    assert channel_named(entry.key) is entry


@EVERY_CHANNEL
def test_every_setting_is_explained(entry):
    fields = entry.settings.model_fields.values()
    assert all(field.description for field in fields)
    assert not any(field.description.endswith(".") for field in fields)  # it follows "Add"


@EVERY_CHANNEL
def test_every_secret_is_kept_out_of_sight(entry):
    fields = entry.settings.model_fields
    secrets = [field for name, field in fields.items() if SECRET.search(name)]
    assert all(SecretStr.__name__ in str(field.annotation) for field in secrets)


@EVERY_CHANNEL
def test_settings_can_be_drawn_for_an_editor(entry):
    drawn = entry.settings.model_json_schema(by_alias=True)
    names = {field.alias or name for name, field in entry.settings.model_fields.items()}
    assert set(drawn["properties"]) == names


@EVERY_CHANNEL
def test_an_unknown_setting_is_a_mistake(entry):
    with pytest.raises(ValidationError) as raised:
        entry.settings.model_validate({"nonsense": 1})
    assert ("nonsense",) in [error["loc"] for error in raised.value.errors()]


def asked_for(function):
    """The names of what has to be given; more may be, for tests of that channel alone."""
    parameters = signature(function).parameters.values()
    return [each.name for each in parameters if each.default is Parameter.empty]


@EVERY_CHANNEL
def test_sending_and_looking_ask_for_the_same_everywhere(entry):
    assert asked_for(entry.send) == ["message", "recipient", "settings", "attempt", "now"]
    assert entry.probe is None or asked_for(entry.probe) == ["recipients", "settings"]


@EVERY_CHANNEL
def test_nobody_is_no_recipient(entry):
    assert is_sentence(entry.mistake_in(""))
    assert is_sentence(entry.mistake_in(" "))


@EVERY_CHANNEL
def test_the_recipients_it_gives_as_examples_are_ones(entry):
    examples = SUCH_AS.findall(entry.describes_recipient)
    assert {example: entry.mistake_in(example) for example in examples} == dict.fromkeys(
        examples, ""
    )


@EVERY_CHANNEL
@pytest.mark.parametrize("recipient", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_recipient_is_answered_in_one_sentence_or_taken(entry, recipient):
    mistake = entry.mistake_in(recipient)
    assert mistake == "" or is_sentence(mistake)
    assert len(mistake) < 500
    assert mistake.isprintable()


def test_a_misspelt_channel_is_answered_with_what_was_meant():
    with pytest.raises(UnknownName, match="did you mean 'file'"):
        channel_named("fiel")
    with pytest.raises(UnknownName, match="did you mean 'email'"):
        channel_named("emial")
