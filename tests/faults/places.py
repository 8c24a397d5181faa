"""Where do messages go, and what has arrived there? A Slack, its webhooks, a mail server.

Each is one of the doubles behind one face: who gets mail there, what its configuration says, when
something happens to a message (``at``), and what it has taken (``arrived``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from tasks.channels.slack.webhook import posts_of
from tasks.model import Message
from tests.doubles.slack import Slack
from tests.doubles.slack_faults import DROP as SLACK_DROP
from tests.doubles.smtp import DROP as MAIL_DROP
from tests.doubles.smtp import MailServer

# On the way to handing over; a message at the door; taken but nobody told; the answer on its way.
MOMENTS = ("preparing", "received", "accepted", "answered")
_OF_MAIL = {"preparing": "body", "accepted": "data", "answered": "answered"}
Arrived = Mapping[str, list[str]]  # of one recipient: by part, a fingerprint of each that came


class Place(Protocol):
    """One destination with its double."""

    channel: str
    to: tuple[str, ...]
    most: int  # how often a part may arrive at most
    door: AbstractContextManager[object]

    def configuration(self) -> str: ...
    def parts(self, message: Message) -> tuple[str, ...]: ...
    def obeyed(self) -> list[str]: ...
    def at(self, moment: str, do: Callable[[], object]) -> None: ...
    def lose(self) -> None: ...
    def arrived(self, to: str, key: str) -> Arrived: ...
    def in_all(self) -> int: ...
    def calm(self) -> None: ...


class Mail(MailServer):
    """A mail server that also says when a whole mail has come, before it is anybody's."""

    def at(self, moment: str, hook) -> None:
        if moment == "received":
            self._hooks.setdefault(moment, []).append(hook)
        else:
            super().at(_OF_MAIL[moment], hook)

    def _next(self, step: str, argument: str) -> str:
        if step == "dot":
            self._call("received")
        return super()._next(step, argument)


@dataclass
class SlackPlace:
    """A workspace: a channel, a person, and a channel for things that go wrong."""

    channel: str = "slack"
    to: tuple[str, ...] = ("slack:#board", "slack:#weekly", "slack:ana@example.com")
    most: int = 1
    door: Slack = field(default_factory=lambda: Slack(page_size=50))

    def __post_init__(self) -> None:
        self.door.add_channel("board")
        self.door.add_channel("weekly")
        self.door.add_person("ana@example.com")

    def configuration(self) -> str:
        return f'{{slack: {{token: "{self.door.token}", base_url: "{self.door.base_url}"}}}}'

    def at(self, moment: str, do: Callable[[], object]) -> None:
        if moment == "preparing":
            self.door.at("accepted", "files.completeUploadExternal", lambda _asked: do())
        else:
            self.door.at(moment, "chat.postMessage", lambda _asked: do())

    def lose(self) -> None:
        self.door.order("chat.postMessage", SLACK_DROP)

    def arrived(self, to: str, key: str) -> Arrived:
        posted = list(self.door.place(to.partition(":")[2]).posted)
        ours = [each for each in posted if each.key == key]
        return {part: ["" for each in ours if each.part == part] for part in {e.part for e in ours}}

    def parts(self, message: Message) -> tuple[str, ...]:
        return ("message", *(f"reply-{n}" for n, _ in enumerate(message.slack_thread, 1)))

    def in_all(self) -> int:
        return sum(len(place.posted) for place in self.door.places.values())

    def obeyed(self) -> list[str]:
        everywhere = [each for place in self.door.places.values() for each in place.posted]
        return [word for each in everywhere for word in each.obeyed]

    def calm(self) -> None:
        self.door._orders.clear()
        self.door._watchers.clear()
        for place in self.door.places.values():
            place.member, place.archived, place.deleted = True, False, False
        self.door.tokens[self.door.token].refused_as = ""


@dataclass
class HookPlace:
    """Two incoming webhooks, which cannot be asked."""

    channel: str = "slack_webhook"
    to: tuple[str, ...] = ("slack_webhook:board", "slack_webhook:team")
    most: int = 2
    door: Slack = field(default_factory=Slack)

    def configuration(self) -> str:
        names = [one.partition(":")[2] for one in self.to]
        known = {hook.name for hook in self.door.hooks.values()}
        for name in set(names) - known:
            self.door.add_hook(name)
        urls = {hook.name: self.door.home + path for path, hook in self.door.hooks.items()}
        listed = ", ".join(f'{name}: "{urls[name]}"' for name in names)
        return f"{{slack_webhook: {{urls: {{{listed}}}}}}}"

    def at(self, moment: str, do: Callable[[], object]) -> None:
        if moment != "preparing":  # nothing is asked of a webhook before the post itself
            self.door.at(moment, "webhook", lambda _asked: do())

    def lose(self) -> None:
        self.door.order("webhook", SLACK_DROP)

    def arrived(self, to: str, key: str) -> Arrived:  # noqa: ARG002 - a webhook keeps no key
        posts = self.door.posts(to.partition(":")[2])
        texts = sorted({each.text for each in posts}, key=[each.text for each in posts].index)
        return {
            f"post-{n}": [_print(each.arguments) for each in posts if each.text == text]
            for n, text in enumerate(texts, 1)
        }

    def parts(self, message: Message) -> tuple[str, ...]:
        return tuple(f"post-{n}" for n, _ in enumerate(posts_of(message), 1))

    def in_all(self) -> int:
        return sum(len(hook.posted) for hook in self.door.hooks.values())

    def obeyed(self) -> list[str]:
        return [
            word
            for hook in self.door.hooks.values()
            for each in hook.posted
            for word in each.obeyed
        ]

    def calm(self) -> None:
        self.door._orders.clear()
        self.door._watchers.clear()
        for hook in self.door.hooks.values():
            hook.refusal = None


@dataclass
class MailPlace:
    """A mail server that wants STARTTLS and a login."""

    channel: str = "email"
    to: tuple[str, ...] = (
        "email:ana@example.com",
        "email:bo@example.com",
        "email:cy@example.com",
    )
    most: int = 2
    door: Mail = field(default_factory=lambda: Mail(username="kpi", password="secret"))

    def configuration(self) -> str:
        return (
            f"{{email: {{host: localhost, port: {self.door.port}, tls: starttls, "
            f'from: "Keepwell <kpi@example.com>", username: kpi, password: secret, '
            f'ca_file: "{self.door.ca_file}", timeout_s: 1.5}}}}'
        )

    def at(self, moment: str, do: Callable[[], object]) -> None:
        self.door.at(moment, lambda _mail: do())

    def lose(self) -> None:
        self.door.answer("dot", MAIL_DROP, times=1)

    def arrived(self, to: str, key: str) -> Arrived:
        mails = [
            _print(mail.raw)
            for mail in self.door.delivered(to.partition(":")[2])
            if mail.message_id == f"<{key}@example.com>"
        ]
        return {"mail": mails}

    def parts(self, message: Message) -> tuple[str, ...]:  # noqa: ARG002 - every message is one mail
        return ("mail",)

    def in_all(self) -> int:
        return len(self.door.mails)

    def obeyed(self) -> list[str]:
        """Return headers that a name has smuggled in."""
        names = [name.lower() for mail in self.door.mails for name in mail.mail.keys()]  # noqa: SIM118 - a header can be there twice
        others = [name for name in names if name in {"bcc", "cc"}]
        return others + ["to"] * (names.count("to") - len(self.door.mails))

    def calm(self) -> None:
        self.door.calm()


def _print(content: object) -> str:
    return sha256(repr(content).encode()).hexdigest()


PLACES: Mapping[str, Callable[[], Place]] = {
    "slack": SlackPlace,
    "webhook": HookPlace,
    "email": MailPlace,
}
