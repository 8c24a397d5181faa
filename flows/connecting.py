"""Can everybody whom the configuration names be reached? Looked at without sending anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.channels.base import Channel, channel_named
from tasks.config import Settings
from tasks.errors import KeepwellError

BY_ROUTING = ("@owner", "owner")  # stand for other people at each digest


@dataclass(frozen=True, slots=True)
class Connection:
    """One channel, whom it is for, and what is in the way, as sentences."""

    channel: str
    recipients: tuple[str, ...]
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Return a line for the channel, or one for each problem."""
        if self.problems:
            return "\n".join(f"{self.channel}: {problem}" for problem in self.problems)
        count = len(self.recipients)
        if not count:
            return f"{self.channel}: ready, but nobody is named on it."
        return f"{self.channel}: ready for {count} {'recipient' if count == 1 else 'recipients'}."

    @property
    def facts(self) -> dict[str, object]:
        """The same for JSON."""
        return {
            "channel": self.channel,
            "recipients": list(self.recipients),
            "problems": list(self.problems),
        }


def connections(settings: Settings) -> Iterator[Connection]:
    """Yield how each configured channel stands that can be looked at, one after the other."""
    for key in settings.channels:
        channel = channel_named(key)
        if channel.probe is not None:
            recipients = named_on(settings, key)
            yield Connection(key, recipients, _problems(channel, recipients, settings))


def _problems(channel: Channel, recipients: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    if channel.probe is None:
        return ()
    try:
        found = channel.probe(recipients, settings=settings.channels[channel.key])
    except KeepwellError as error:
        return (str(error),)
    return tuple(one.removeprefix(f"{channel.key}:").strip() for one in found)


def named_on(settings: Settings, key: str) -> tuple[str, ...]:
    """Return whom the configuration names on a channel, each once, as the channel calls them."""
    everybody = [
        *(one for audience in settings.audiences for one in audience.to),
        *settings.alerts.to,
        *settings.operators.to,
    ]
    parted = [one.partition(":") for one in dict.fromkeys(everybody)]
    return tuple(to for channel, _, to in parted if channel == key and to not in BY_ROUTING)
