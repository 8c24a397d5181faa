"""How does a message get into Slack? With an app's bot token: blocks, charts, and a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from tasks.blockkit import Block, escaped, mistakes, shortened
from tasks.channels.base import Attempt, Channel, channel
from tasks.channels.slack.api import Patience, Slack
from tasks.channels.slack.history import found, marked
from tasks.channels.slack.pictures import Ids, placed, uploaded
from tasks.channels.slack.places import (
    in_thread,
    mistake_in,
    place_of,
    spelled,
    trouble_with,
)
from tasks.channels.slack.refusals import REPORT, BlocksRefused, shown
from tasks.config.base import ChannelSettings
from tasks.config.wording import wrong
from tasks.errors import DeliveryRejected
from tasks.model import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.model import Message

API = "https://slack.com/api/"
PATIENCE = Patience()
NOTICE_LIMIT = 1000  # what a telephone shows of a message is far shorter


def _address(url: str) -> str:
    try:
        fits = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
        fits = fits and urlsplit(url).port != 0
    except ValueError:
        fits = False
    if not fits:
        raise wrong("this is not a web address.", f"Leave it out, or write one such as {API}.")
    return url.rstrip("/") + "/"


def _token(token: SecretStr) -> SecretStr:
    written = token.get_secret_value()
    if not written.strip():
        raise wrong("the token is empty.", "Put the app's bot token (xoxb-...) here.")
    if not written.isprintable() or " " in written:
        raise wrong("the token has a space or a line break in it.", "Copy it once more.")
    return token


def _app_token(token: SecretStr | None) -> SecretStr | None:
    if token is not None and not token.get_secret_value().startswith("xapp-"):
        raise wrong(
            "this is not an app-level token.",
            "Put the one that begins with xapp- here; Slack makes it under Basic Information.",
        )
    return token


class SlackSettings(ChannelSettings):
    """``channels.slack``: the app's bot token, and its app-level token where answers are heard."""

    token: Annotated[
        SecretStr, AfterValidator(_token), Field(description="the app's bot token (xoxb-...)")
    ]
    base_url: Annotated[
        str, AfterValidator(_address), Field(description="where Slack's API is", examples=[API])
    ] = API
    app_token: Annotated[
        SecretStr | None,
        AfterValidator(_app_token),
        Field(
            description="the app-level token (xapp-...), with which keepwell listen hears answers"
        ),
    ] = None


def send(
    message: Message,
    recipient: str,
    *,
    settings: SlackSettings,
    attempt: Attempt,
    now: datetime,
    patience: Patience = PATIENCE,
) -> Receipt:
    """Return a receipt whose id is ``channel:ts`` of the message; its thread is there as well.

    To the receipt of an earlier message everything goes into its thread. Each part is asked for by
    the key in its metadata before it is posted a second time. Raise what ``Send`` says;
    ``DeliveryAbandoned`` where Slack will not say whether a part is there.
    """
    _refuse_mistakes(message, recipient)
    slack = connected(settings, patience).concerning(recipient)
    first = attempt.taken("message")
    there = first.partition(":")[0] if first else place_of(slack, recipient)
    handing = _Handing(slack, there, message, attempt, patience)
    _, below = in_thread(recipient)
    first = handing.over("message", message.slack_blocks, thread=below)
    for number, blocks in enumerate(message.slack_thread, 1):
        handing.over(f"reply-{number}", blocks, thread=below or first.partition(":")[2])
    return Receipt("slack", recipient, first, now)


def connected(settings: SlackSettings, patience: Patience = PATIENCE) -> Slack:
    """Return Slack as the app of ``settings`` sees it; nothing is called yet."""
    return Slack.at(settings.base_url, settings.token.get_secret_value(), patience.timeout_s)


def _refuse_mistakes(message: Message, recipient: str) -> None:
    for part in (message.slack_blocks, *message.slack_thread):
        if wrongs := mistakes(part):
            raise DeliveryRejected(
                f"The message is not one that Slack takes: {'; '.join(wrongs)}.",
                where=f"For slack:{shown(recipient)}.",
                todo=REPORT,
            )


@dataclass(frozen=True, slots=True)
class _Handing:
    """One message on its way into one conversation."""

    slack: Slack
    channel: str
    message: Message
    attempt: Attempt
    patience: Patience

    def over(self, part: str, blocks: Sequence[Block], *, thread: str = "") -> str:
        """Return the id of ``part``, which is handed over unless it is there."""
        if there := self.attempt.taken(part):
            return there
        ids = uploaded(self.slack, blocks, self.message.images, self.patience)
        mark = marked(self.attempt.key, part)

        def find(since: datetime) -> str | None:
            return self._found(mark, since, thread)

        return self.attempt.once(part, lambda: self._posted(blocks, ids, mark, thread), find)

    def _found(self, mark: Mapping[str, object], since: datetime, thread: str) -> str | None:
        ts = found(self.slack, self.channel, mark, since, thread=thread)
        return f"{self.channel}:{ts}" if ts else None

    def _posted(
        self, blocks: Sequence[Block], ids: Ids, mark: Mapping[str, object], thread: str
    ) -> str:
        try:
            return self._post(placed(blocks, ids), mark, thread)
        except BlocksRefused:
            if not ids:
                raise
        return self._post(placed(blocks, {}), mark, thread)  # it was certainly not taken

    def _post(self, blocks: Sequence[Block], mark: Mapping[str, object], thread: str) -> str:
        answer = self.slack.post(
            channel=self.channel,
            text=notice(self.message),
            blocks=list(blocks),
            metadata=mark,
            **({"thread_ts": thread} if thread else {}),
            **PLAIN,
        )
        return f"{answer['channel']}:{answer['ts']}"


PLAIN = {  # nothing in a name becomes a link, a preview or a mention
    "unfurl_links": False,
    "unfurl_media": False,
    "link_names": False,
    "mrkdwn": False,
    "parse": "none",
}


def notice(message: Message) -> str:
    """Return what a notification shows: subject and preheader, in which nothing is obeyed."""
    words = "\n".join(filter(None, (message.subject, message.preheader)))
    return shortened(escaped(words), NOTICE_LIMIT)


def probe(
    recipients: Sequence[str], *, settings: SlackSettings, patience: Patience = PATIENCE
) -> tuple[str, ...]:
    """Return a sentence for each recipient who could not be posted to; nothing is posted."""
    slack = connected(settings, patience)
    slack.ask("auth.test")
    troubles = (trouble_with(slack.concerning(each), each) for each in recipients)
    return tuple(filter(None, troubles))


SLACK = channel(
    Channel(
        "slack",
        SlackSettings,
        send,
        "a channel (#name or its id), an email address, a member's id, or @owner",
        mistake_in,
        probe,
        spelled,
    )
)
