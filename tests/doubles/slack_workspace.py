"""What is in the pretended Slack: channels, people, tokens, files, and what was posted."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack_limits import obeyed

SCOPES = frozenset(
    {
        *("chat:write", "channels:read", "groups:read", "channels:history", "groups:history"),
        *("im:read", "im:write", "im:history", "users:read", "users:read.email"),
        *("files:write", "files:read", "mpim:read", "mpim:history"),
    }
)


@dataclass(frozen=True, slots=True)
class Posted:
    """One message people can see; ``arguments`` is everything that was asked for it."""

    ts: str
    thread_ts: str
    arguments: Mapping[str, Any]

    @property
    def text(self) -> str:
        return self.arguments.get("text", "")

    @property
    def blocks(self) -> list[Any]:
        return self.arguments.get("blocks", [])

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.arguments.get("metadata") or {}

    @property
    def key(self) -> str:
        return self.metadata.get("event_payload", {}).get("key", "")

    @property
    def part(self) -> str:
        return self.metadata.get("event_payload", {}).get("part", "")

    @property
    def obeyed(self) -> list[str]:
        """What Slack would make a mention or a link of; empty when names are just names."""
        return obeyed(self.arguments.get("text", "")) + obeyed(self.blocks)

    @property
    def pictures(self) -> list[str]:
        return [block["slack_file"]["id"] for block in self.blocks if block["type"] == "image"]


@dataclass(slots=True)
class Place:
    """A channel or a direct message."""

    id: str
    name: str
    private: bool = False
    member: bool = True
    archived: bool = False
    deleted: bool = False
    user: str = ""
    posted: list[Posted] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The word the scopes of this kind of conversation begin with."""
        return "im" if self.user else "groups" if self.private else "channels"

    @property
    def hidden(self) -> bool:
        return self.deleted or (self.private and not self.member)


@dataclass(slots=True)
class Person:
    id: str
    email: str
    active: bool = True
    bot: bool = False
    name: str = ""


@dataclass(slots=True)
class Token:
    scopes: frozenset[str]
    refused_as: str = ""  # what Slack says where it is not taken: token_revoked, invalid_auth


@dataclass(slots=True)
class File:
    """An upload; ``polls_left`` is how often it is asked for before Slack knows what it is."""

    id: str
    name: str
    length: int
    polls_left: int
    content: bytes | None = None
    complete: bool = False

    @property
    def mimetype(self) -> str:
        return "image/png" if self.complete and self.polls_left <= 0 else ""


@dataclass(slots=True)
class Hook:
    """An incoming webhook; ``refusal`` is the status and word of a hook that is not taken."""

    name: str
    refusal: tuple[int, str] | None = None
    posted: list[Posted] = field(default_factory=list)


@dataclass(slots=True)
class Workspace:
    """Everything Slack would remember, and how tests say what is there."""

    page_size: int = 1000
    processing_polls: int = 1
    clock_ahead_s: float = 0
    places: dict[str, Place] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    whispers: list[Mapping[str, Any]] = field(default_factory=list)  # seen by one person only
    views: list[tuple[str, str, Any]] = field(default_factory=list)  # modals: id, whose, what
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    open_link: Callable[[], str] | None = None  # what Socket Mode is opened with, where it is on
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _last_ts: int = 0

    def add_channel(self, name: str, **more: Any) -> str:
        """Return the id of a new channel; see ``Place`` for what more can be said about it."""
        place = Place(self.new_id("C"), name, **more)
        self.places[place.id] = place
        return place.id

    def add_channels(self, count: int) -> None:
        for _ in range(count):
            self.add_channel(f"other-{next(self._numbers)}", member=False)

    def add_person(self, email: str, **more: Any) -> str:
        person = Person(self.new_id("U"), email, **more)
        self.people[person.id] = person
        return person.id

    def add_token(self, scopes: frozenset[str] = SCOPES, refused_as: str = "") -> str:
        token = f"xoxb-{next(self._numbers)}-made-up"
        self.tokens[token] = Token(frozenset(scopes), refused_as)
        return token

    def direct(self, user: str) -> Place:
        """Return the conversation with ``user``, opened if it was not."""
        for place in self.places.values():
            if place.user == user:
                return place
        place = Place(self.new_id("D"), "", user=user)
        self.places[place.id] = place
        return place

    def new_id(self, letter: str) -> str:
        return f"{letter}{next(self._numbers):09d}"

    def new_ts(self) -> str:
        moment = int((time.time() + self.clock_ahead_s) * 1_000_000)
        self._last_ts = max(moment, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def place(self, wanted: str) -> Place:
        """Return the channel of that id, ``#name`` or name, or the person's direct message."""
        for place in self.places.values():
            if wanted.removeprefix("#") in {place.id, place.name, place.user or None}:
                return place
        person = next((p for p in self.people.values() if p.email == wanted), None)
        if person is None:
            raise KeyError(wanted)
        return self.direct(person.id)

    def messages(self, wanted: str) -> list[Posted]:
        """Return what stands in a channel itself, oldest first; replies are in ``thread``."""
        return [each for each in self.place(wanted).posted if not each.thread_ts]

    def thread(self, wanted: str) -> list[Posted]:
        """Return every reply in a channel, oldest first."""
        return [each for each in self.place(wanted).posted if each.thread_ts]

    def visible(self) -> Counter[tuple[str, str]]:
        """Return how often each part of each message can be seen, by (key, part)."""
        everywhere = (each for place in self.places.values() for each in place.posted)
        return Counter((each.key, each.part) for each in everywhere)

    def posts(self, hook: str) -> list[Posted]:
        """Return what came in through the hook called ``hook``, oldest first."""
        return next(each.posted for each in self.hooks.values() if each.name == hook)
