"""Every channel, whatever it is, can be configured and found by its name."""

from __future__ import annotations

import pytest

import tasks.channels  # noqa: F401 - registers them
from tasks.catalog import CHANNELS
from tasks.channels.base import channel_named
from tasks.config.base import ChannelSettings
from tasks.errors import UnknownName


@pytest.mark.parametrize("entry", CHANNELS, ids=CHANNELS.keys())
def test_every_channel_has_settings_and_says_whom_it_reaches(entry):
    assert issubclass(entry.settings, ChannelSettings)
    assert entry.describes_recipient
    assert channel_named(entry.key) is entry


@pytest.mark.parametrize("entry", CHANNELS, ids=CHANNELS.keys())
def test_every_setting_is_explained(entry):
    fields = entry.settings.model_fields.values()
    assert all(field.description for field in fields)


def test_a_misspelt_channel_is_answered_with_what_was_meant():
    with pytest.raises(UnknownName, match="did you mean 'file'"):
        channel_named("fiel")
