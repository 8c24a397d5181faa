"""Is a message there already? Slack is asked for the key that stands in its metadata."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tasks.errors import DeliveryAbandoned, DeliveryRejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tasks.channels.slack.api import Slack

EVENT = "keepwell_message"
LOOKED_BACK = timedelta(days=1)  # our clock may be wrong by hours; this is only asked after a crash


def marked(key: str, part: str) -> Mapping[str, Any]:
    """Return the metadata that a message is found again by; readers do not see it."""
    return {"event_type": EVENT, "event_payload": {"key": key, "part": part}}


def found(
    slack: Slack, channel: str, mark: Mapping[str, Any], since: datetime, *, thread: str = ""
) -> str | None:
    """Return the ``ts`` of the message with ``mark`` in ``channel``, or in the thread of one there.

    ``since`` is when the try began that may have posted it. Raise ``DeliveryAbandoned`` where Slack
    will not say, and ``ChannelUnavailable`` or ``ChannelRejected`` where it cannot now.
    """
    try:
        for message in _messages(slack, channel, since, thread):
            if _bears(message, mark):
                return str(message["ts"])
    except DeliveryRejected as refusal:
        what = f"A message may or may not be there, and Slack cannot be asked. {refusal.what}"
        raise DeliveryAbandoned(
            what,
            where=refusal.where,
            todo="Look there yourself; keepwell outbox retry --all sends it again.",
        ) from refusal
    return None


def _messages(
    slack: Slack, channel: str, since: datetime, thread: str
) -> Iterator[Mapping[str, Any]]:
    method = "conversations.replies" if thread else "conversations.history"
    oldest = f"{(since - LOOKED_BACK).timestamp():.6f}"
    asked = {"channel": channel, "oldest": oldest, "include_all_metadata": True}
    return slack.pages(method, "messages", **asked, ts=thread or None)


def _bears(message: Mapping[str, Any], mark: Mapping[str, Any]) -> bool:
    there = message.get("metadata") or {}
    payload = there.get("event_payload") or {}
    wanted = mark["event_payload"]
    return there.get("event_type") == mark["event_type"] and all(
        payload.get(name) == value for name, value in wanted.items()
    )
