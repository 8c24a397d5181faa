"""How does a message get into Slack without an app? Through an incoming webhook, which only takes.

What a webhook cannot do:

- be asked. A post whose answer was lost is made a second time, so readers may see it twice, and
  never a third time: the outbox then gives it up and tells the operators.
- threads, buttons and uploads. The message and its thread become as few posts as hold them, and a
  chart becomes the words that say what it shows.
- choose. One webhook is one channel, so each recipient has an address of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field, SecretStr, model_validator

from tasks.blockkit import (
    MESSAGE_LIMIT,
    MOST_BLOCKS,
    Block,
    escaped,
    mistakes,
    shortened,
    size_of,
    without_pictures,
)
from tasks.channels.base import Attempt, Channel, channel
from tasks.channels.slack import http
from tasks.channels.slack.refusals import REPORT, RETRY, TOO_MANY, pause, shown
from tasks.config.base import ChannelSettings
from tasks.config.wording import wrong
from tasks.errors import (
    ChannelUnavailable,
    DeliveryRejected,
    DeliveryUncertain,
    KeepwellError,
    suggest,
)
from tasks.model import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.model import Message

TIMEOUT_S = 15.0
NOTICE_LIMIT = 1000
_WORD = re.compile(r"[a-z_]{1,60}")
_NEW_HOOK = "Make a new webhook in Slack and put its address into channels.slack_webhook;"
_OTHER_CHANNEL = "Choose another channel for the webhook, or unarchive this one;"
REFUSALS = {
    "invalid_token": ("its address is not one that Slack knows", _NEW_HOOK),
    "no_service": ("it was removed or switched off", _NEW_HOOK),
    "no_service_id": ("its address is not complete", _NEW_HOOK),
    "no_active_hooks": ("it was switched off", _NEW_HOOK),
    "no_team": ("its workspace is gone", _NEW_HOOK),
    "team_disabled": ("its workspace is switched off", _NEW_HOOK),
    "channel_not_found": ("its channel is gone", _NEW_HOOK),
    "user_not_found": ("the person it writes to is gone", _NEW_HOOK),
    "channel_is_archived": ("its channel is archived", _OTHER_CHANNEL),
    "action_prohibited": ("it may not post there", "Ask whoever runs your Slack to allow it;"),
    "posting_to_general_channel_denied": ("it may not post there", _OTHER_CHANNEL),
}


def _hook(address: SecretStr) -> SecretStr:
    if not _is_safe(address.get_secret_value()):
        raise wrong(
            "this is not the address of a webhook.",
            "Write the one Slack shows, https://hooks.slack.com/services/...",
        )
    return address


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL):
        return False
    if any(character.isspace() for character in address) or not host or port == 0:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Hook = Annotated[SecretStr, AfterValidator(_hook)]


class WebhookSettings(ChannelSettings):
    """``channels.slack_webhook``: the address of the one webhook, or of one for each recipient."""

    url: Annotated[Hook | None, Field(description="the one webhook, for any recipient")] = None
    urls: Annotated[
        Mapping[str, Hook], Field(description="a webhook for each recipient, by name")
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_hook(self) -> Self:
        if self.url is None and not self.urls:
            raise wrong("no webhook is named.", "Add url, or urls with one for each recipient.")
        if self.url is not None and self.urls:
            raise wrong("it has url and urls.", "Give url a name, and put it below urls.")
        return self


def send(
    message: Message,
    recipient: str,
    *,
    settings: WebhookSettings,
    attempt: Attempt,
    now: datetime,
    timeout_s: float = TIMEOUT_S,
) -> Receipt:
    """Return a receipt once every post was taken; Slack gives no ids, so its own is ``name:posts``.

    Raise what ``Send`` says; see above for what a lost answer means.
    """
    address = hook_of(recipient, settings)
    posts = posts_of(message)
    _refuse_mistakes(posts, recipient)
    for number, blocks in enumerate(posts, 1):
        told = {"text": notice(message, number, len(posts)), "blocks": blocks}
        _hand_over(f"post-{number}", told, recipient, address, attempt, timeout_s)
    return Receipt("slack_webhook", recipient, f"{recipient}:{len(posts)}", now)


def _hand_over(
    part: str,
    told: Mapping[str, object],
    recipient: str,
    address: SecretStr,
    attempt: Attempt,
    timeout_s: float,
) -> None:
    content = json.dumps(told).encode()
    attempt.once(part, lambda: _posted(part, content, recipient, address, timeout_s))


def hook_of(recipient: str, settings: WebhookSettings) -> SecretStr:
    """Return the address of ``recipient``; raise ``DeliveryRejected`` where there is none."""
    if address := settings.urls.get(recipient, settings.url):
        return address
    raise DeliveryRejected(
        f"No webhook is called '{shown(recipient)}'; {suggest(recipient, settings.urls)}",
        todo=f"Add it below channels.slack_webhook.urls; {RETRY}",
    )


def posts_of(message: Message) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks of the message and of its thread in as few posts as hold them."""
    posts: list[list[Block]] = [[]]
    for block in without_pictures(chain(message.slack_blocks, *message.slack_thread)):
        longer = [*posts[-1], block]
        if len(longer) > MOST_BLOCKS or sum(map(size_of, longer)) > MESSAGE_LIMIT:
            posts.append([])
        posts[-1].append(block)
    return tuple(map(tuple, posts))


def notice(message: Message, number: int, count: int) -> str:
    """Return what a notification shows, in which nothing is obeyed."""
    words = [message.subject if number == 1 else f"{message.subject} ({number} of {count})"]
    words += [message.preheader] if number == 1 and message.preheader else []
    return shortened(escaped("\n".join(words)), NOTICE_LIMIT)


def _refuse_mistakes(posts: Sequence[Sequence[Block]], recipient: str) -> None:
    for blocks in posts:
        if wrongs := mistakes(blocks):
            raise DeliveryRejected(
                f"The message is not one that Slack takes: {'; '.join(wrongs)}.",
                where=f"For slack_webhook:{shown(recipient)}.",
                todo=REPORT,
            )


def _posted(part: str, content: bytes, recipient: str, address: SecretStr, timeout_s: float) -> str:
    where = f"Webhook '{shown(recipient)}'."
    answer = _answer(address.get_secret_value(), content, where, timeout_s)
    if isinstance(answer, KeepwellError):
        raise answer  # outside of any except: what httpx raised knows the address
    if answer.status_code == httpx.codes.OK and answer.text.strip() == "ok":
        return part
    raise understood(answer, where)


def _answer(
    address: str, content: bytes, where: str, timeout_s: float
) -> httpx.Response | KeepwellError:
    try:
        return http.post(
            address, content, kind="application/json; charset=utf-8", timeout_s=timeout_s
        )
    except httpx.HTTPError as error:
        reason = type(error).__name__
        if http.never_left(error):
            return ChannelUnavailable(
                f"Slack's webhooks cannot be reached ({reason}).", where=where
            )
        return _uncertain(reason, where)


def understood(answer: httpx.Response, where: str) -> KeepwellError:
    """Return what an answer that is not a yes means; only Slack's own words are quoted."""
    status, word = answer.status_code, answer.text.strip()
    if status == TOO_MANY:
        what = "Slack asks us to wait: too many messages in a short time."
        return ChannelUnavailable(what, where=where, after_s=pause(answer.headers, {}))
    if status == httpx.codes.SERVICE_UNAVAILABLE:  # said by a gateway: the hook never saw it
        what = "Slack's webhooks are not available at the moment."
        return ChannelUnavailable(what, where=where, after_s=pause(answer.headers, {}))
    if httpx.codes.is_client_error(status) and status != httpx.codes.REQUEST_TIMEOUT:
        return _refused(status, word if _WORD.fullmatch(word) else "", where)
    return _uncertain(f"an answer with status {status}", where)


def _refused(status: int, word: str, where: str) -> DeliveryRejected:
    if word in REFUSALS:
        why, todo = REFUSALS[word]
        return DeliveryRejected(
            f"Slack refused: {why} ({word}).", where=where, todo=f"{todo} {RETRY}"
        )
    if status == httpx.codes.BAD_REQUEST:
        what = f"Slack refused the message ({word or status})."
        return DeliveryRejected(what, where=where, todo=REPORT)
    what = f"Slack refused the webhook ({word or status})."
    return DeliveryRejected(what, where=where, todo=f"{_NEW_HOOK} {RETRY}")


def _uncertain(instead: str, where: str) -> DeliveryUncertain:
    return DeliveryUncertain(
        f"A webhook was given a message and did not say whether it took it: {instead}.",
        where=where,
        todo="It cannot be asked; the message is sent once more, and never a third time.",
    )


def mistake_in(recipient: str) -> str:
    """Return what is wrong with the name of a webhook in a sentence; empty when nothing is."""
    return "" if recipient.strip() else "no webhook is named; write slack_webhook:name."


def probe(recipients: Sequence[str], *, settings: WebhookSettings) -> tuple[str, ...]:
    """Return a sentence for each recipient without a webhook.

    Nothing is connected to: a webhook can only be tried by posting.
    """
    missing = (name for name in recipients if not settings.urls.get(name, settings.url))
    return tuple(f"slack_webhook:{shown(name)}: {_no_hook(name, settings)}" for name in missing)


def _no_hook(name: str, settings: WebhookSettings) -> str:
    return f"no webhook is called '{shown(name)}'; {suggest(name, settings.urls)}"


WEBHOOK = channel(
    Channel(
        "slack_webhook",
        WebhookSettings,
        send,
        "a name below channels.slack_webhook.urls, or any name where there is one url",
        mistake_in,
        probe,
    )
)
