"""What does each answer of Slack's that is not a yes mean, and what is to be done about it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from tasks.blockkit import shortened
from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryRejected,
    DeliveryUncertain,
    KeepwellError,
)

TOO_MANY = 429
BROKEN = 500
RETRY = "then run keepwell outbox retry --all."
INVITE = f"Invite the app there: /invite @Keepwell; {RETRY}"
REPORT = f"Please report this to the people who make Keepwell; after an update, {RETRY}"
RESUMES = "The messages wait and go out at the next run."
_CODE = re.compile(r"[a-z0-9_]+")
_LONGEST_NAME = 80
_POINTER = re.compile(r"json-pointer:(/[\w/]+)")

WAITS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNSURE = frozenset(  # Slack says of these that part of the work may have been done
    {"internal_error", "fatal_error", "service_unavailable", "team_added_to_org", "request_timeout"}
)
_NEW_ONE = "Install the app again and put its bot token (xoxb-...) into channels.slack.token."
_ASK_ADMIN = "Ask whoever runs your Slack to let the app in."
AGAINST_US = {
    "invalid_auth": ("it does not know the token", _NEW_ONE),
    "not_authed": ("it got no token", _NEW_ONE),
    "token_revoked": ("the token was revoked", _NEW_ONE),
    "token_expired": ("the token has expired", _NEW_ONE),
    "account_inactive": ("the app was removed", _NEW_ONE),
    "not_allowed_token_type": ("the token is not one of a bot", _NEW_ONE),
    "org_login_required": ("the workspace is being moved", _ASK_ADMIN),
    "ekm_access_denied": ("posting is suspended", _ASK_ADMIN),
    "team_access_not_granted": ("the app may not use this workspace", _ASK_ADMIN),
    "enterprise_is_restricted": ("the app may not use this organisation", _ASK_ADMIN),
    "accesslimited": ("the app may not call from this network", _ASK_ADMIN),
    "access_denied": ("the app may not do this", _ASK_ADMIN),
    "no_permission": ("the app may not do this", _ASK_ADMIN),
}
AGAINST_RECIPIENT = {
    "channel_not_found": (
        "there is no such channel, or it is a private one without the app",
        f"Check its name. {INVITE}",
    ),
    "not_in_channel": ("the app is not in that channel", INVITE),
    "is_archived": ("that channel is archived", f"Choose another or unarchive it; {RETRY}"),
    "users_not_found": ("nobody there has that address", f"Check the address; {RETRY}"),
    "user_not_found": ("there is no such member", f"Check the id; {RETRY}"),
    "user_not_visible": ("the app may not see that member", f"Choose a channel; {RETRY}"),
    "user_disabled": ("that member's account is closed", f"Choose somebody else; {RETRY}"),
    "cannot_dm_bot": ("that member is a bot", f"Choose a person or a channel; {RETRY}"),
    "thread_not_found": ("the message it belongs to was deleted", "Nothing more can be added."),
}
AGAINST_MESSAGE = {
    "msg_too_long": "the message is too long",
    "msg_blocks_too_long": "the message is too long",
    "no_text": "the message is empty",
    "too_many_attachments": "the message has too many parts",
}


class BlocksRefused(DeliveryRejected):
    """Slack did not take the blocks, perhaps for a picture in them."""


@dataclass(frozen=True, slots=True)
class No:
    """An answer that is not a yes: to which method, about whom, and whether it was to post."""

    method: str
    about: str
    posting: bool
    status: int
    said: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """Slack's word for it; empty where the answer was not one of Slack's."""
        word = self.said.get("error")
        return word if isinstance(word, str) and _CODE.fullmatch(word) else ""

    @property
    def where(self) -> str:
        """Whom and what it was about, in a sentence."""
        return in_a_sentence(self.method, self.about)


def shown(recipient: str) -> str:
    """Return ``recipient`` as it can stand in a sentence, whatever is in it: visible and short."""
    seen = "".join(each if each.isprintable() else "?" for each in recipient)
    return shortened(" ".join(seen.split()), _LONGEST_NAME)


def in_a_sentence(method: str, about: str) -> str:
    """Return where something happened."""
    return f"Slack's {method}, for {shown(about)}." if about else f"Slack's {method}."


def understood(no: No) -> KeepwellError:
    """Return the error that ``no`` means; it never quotes more of the answer than its code."""
    if no.status == TOO_MANY or no.code in WAITS:
        what = "Slack asks us to wait: too many messages in a short time."
        return ChannelUnavailable(what, where=no.where, after_s=pause(no.headers, no.said))
    if no.status >= BROKEN or not no.code or no.code in UNSURE:
        return unanswered(no.where, no.code or f"an answer with status {no.status}", no.posting)
    if no.code == "missing_scope":
        return _missing_scope(no)
    if no.code in AGAINST_US:
        why, todo = AGAINST_US[no.code]
        what = f"Slack refuses us: {why} ({no.code})."
        return ChannelRejected(what, where=no.where, todo=f"{todo} {RESUMES}")
    return _refused(no)


def unanswered(where: str, instead: str, posting: bool) -> DeliveryUncertain | ChannelUnavailable:
    """Return what it means that ``instead`` came in place of an answer."""
    if posting:
        what = f"Slack was given a message and did not say whether it took it: {instead}."
        return DeliveryUncertain(what, where=where, todo="It is looked for before the next try.")
    return ChannelUnavailable(f"Slack did not answer as it should: {instead}.", where=where)


def _missing_scope(no: No) -> ChannelRejected:
    needed = str(no.said.get("needed") or "")
    scope = needed if re.fullmatch(r"[\w:.,\- ]+", needed) else "that is missing"
    return ChannelRejected(
        f"Slack refuses us: the app lacks the scope {scope} (missing_scope).",
        where=no.where,
        todo=f"Add it under OAuth & Permissions and install the app again. {RESUMES}",
    )


def _refused(no: No) -> DeliveryRejected:
    if no.code in AGAINST_RECIPIENT:
        why, todo = AGAINST_RECIPIENT[no.code]
    elif no.code.startswith("restricted_action"):
        why, todo = "not everybody may post there", f"Let the app post there; {RETRY}"
    elif no.code.startswith("invalid_blocks"):
        what = f"Slack refused the blocks{_places_in(no.said)} ({no.code})."
        return BlocksRefused(what, where=no.where, todo=REPORT)
    elif no.code in AGAINST_MESSAGE:
        why, todo = AGAINST_MESSAGE[no.code], REPORT
    else:
        why, todo = "it gives a reason we do not know", f"Look the reason up; {RETRY}"
    return DeliveryRejected(f"Slack refused: {why} ({no.code}).", where=no.where, todo=todo)


def _places_in(said: Mapping[str, Any]) -> str:
    found = _POINTER.findall(str(said.get("response_metadata")))
    return f" at {', '.join(found)}" if found else ""


def pause(headers: Mapping[str, str], said: Mapping[str, Any]) -> float | None:
    """Return how many seconds an answer asks us to wait, None where it does not say."""
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        seconds = float(lowered.get("retry-after", said.get("retry_after", "")))
    except (TypeError, ValueError):
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None
