"""Where in Slack is a recipient: the id of a channel, or of the direct messages with a person?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.channels.slack.refusals import INVITE, RETRY, shown
from tasks.errors import DeliveryRejected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tasks.channels.slack.api import Slack

OWNER = "@owner"  # whoever owns the customer; split_by puts a person in its place
_PLACE_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
_PERSON_ID = re.compile(r"[UW][A-Z0-9]{6,}")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_NAME = re.compile(r"#?[\w-]{1,80}")
_THREAD = re.compile(r"([CGD][A-Z0-9]{6,}):(\d+\.\d+)")  # the receipt of an earlier message


def in_thread(recipient: str) -> tuple[str, str]:
    """Return where to post and below which message: a receipt stands for that message's thread."""
    found = _THREAD.fullmatch(recipient)
    return (found[1], found[2]) if found else (recipient, "")


def mistake_in(recipient: str) -> str:
    """Return what is wrong with ``recipient`` in a sentence; empty when it can be looked for."""
    if not recipient.strip("# "):
        return "no channel or person is named; write #name, an id or an email address."
    if re.search(r"\s", recipient):
        return f"'{shown(recipient)}' has a space in it; Slack's names have none."
    if not recipient.isprintable():
        return f"'{shown(recipient)}' has signs in it that nobody can see."
    known = (_ADDRESS, _NAME, _THREAD)
    if recipient == OWNER or any(one.fullmatch(recipient) for one in known):
        return ""
    if recipient.startswith("@"):
        return f"'{shown(recipient)}' cannot be looked up; write the person's email address."
    return f"'{shown(recipient)}' is no channel; its name has letters, digits, - and _, at most 80."


def spelled(recipient: str) -> str:
    """Return ``#weekly`` for ``Weekly``, and an address in small letters; ids stay as they are."""
    is_id = _PLACE_ID.fullmatch(recipient) or _PERSON_ID.fullmatch(recipient)
    if is_id or recipient == OWNER or _THREAD.fullmatch(recipient):
        return recipient
    plain = recipient.lower()
    return plain if "@" in plain else "#" + plain.lstrip("#")


def place_of(slack: Slack, recipient: str) -> str:
    """Return the id of where ``recipient`` reads; a direct message is opened for a person.

    Raise ``DeliveryRejected`` where there is no such place, and what ``Slack.ask`` raises.
    """
    if recipient == OWNER:
        raise DeliveryRejected(
            f"'slack:{OWNER}' stands for a person, and nobody was put in its place.",
            todo="Add split_by: owner to that audience.",
        )
    if mistake := mistake_in(recipient):
        raise DeliveryRejected(f"Nobody can be reached in Slack: {mistake}")
    recipient, _ = in_thread(recipient)
    if _PLACE_ID.fullmatch(recipient):
        return recipient
    if is_person(recipient):
        return _direct(slack, person(slack, recipient))
    return str(named(slack, recipient)["id"])


def is_person(recipient: str) -> bool:
    """Return whether ``recipient`` is somebody, and not a channel."""
    return bool(_PERSON_ID.fullmatch(recipient)) or "@" in recipient


def person(slack: Slack, recipient: str) -> str:
    """Return the id of whom ``recipient``, an id or an email address, stands for."""
    if _PERSON_ID.fullmatch(recipient):
        return recipient
    return str(slack.ask("users.lookupByEmail", "user", email=recipient)["id"])


def _direct(slack: Slack, user: str) -> str:
    return str(slack.ask("conversations.open", "channel", users=user)["id"])


def named(slack: Slack, name: str) -> Mapping[str, Any]:
    """Return the channel called ``name``, looked for on every page; an archived one is no channel.

    Raise ``DeliveryRejected`` where there is none.
    """
    wanted = name.removeprefix("#").lower()
    archived = False
    kinds = "public_channel,private_channel"
    every = slack.pages("conversations.list", "channels", types=kinds, exclude_archived=False)
    for found in every:
        if wanted in {found.get("name"), found.get("name_normalized")}:
            if not found.get("is_archived"):
                return found
            archived = True
    raise _no_channel(shown(name), archived=archived)


def _no_channel(name: str, *, archived: bool) -> DeliveryRejected:
    if archived:
        return DeliveryRejected(
            f"The Slack channel {name} is archived.",
            todo=f"Choose another or unarchive it; {RETRY}",
        )
    return DeliveryRejected(
        f"There is no Slack channel {name}, or it is a private one without the app.",
        todo=f"Check its name. {INVITE}",
    )


def trouble_with(slack: Slack, recipient: str) -> str:
    """Return why ``recipient`` could not be posted to, in a sentence; empty when it could be."""
    if recipient == OWNER:
        return ""
    try:
        _look_at(slack, recipient)
    except DeliveryRejected as refusal:
        return f"slack:{shown(recipient)}: {refusal.what} {refusal.todo}".strip()
    return ""


def _look_at(slack: Slack, recipient: str) -> None:
    if mistake := mistake_in(recipient):
        raise DeliveryRejected(mistake)
    recipient, _ = in_thread(recipient)
    if is_person(recipient):
        _look_at_person(slack, person(slack, recipient))
    elif recipient.startswith("D") and _PLACE_ID.fullmatch(recipient):
        slack.ask("conversations.open", channel=recipient, prevent_creation=True)
    else:
        place = recipient if _PLACE_ID.fullmatch(recipient) else named(slack, recipient)["id"]
        _look_at_channel(slack.ask("conversations.info", "channel", channel=place))


def _look_at_person(slack: Slack, user: str) -> None:
    found = slack.ask("users.info", "user", user=user)
    if found.get("deleted"):
        raise DeliveryRejected("That member's account is closed.", todo="Choose somebody else.")
    if found.get("is_bot"):
        raise DeliveryRejected("That member is a bot.", todo="Choose a person or a channel.")


def _look_at_channel(found: Mapping[str, Any]) -> None:
    if found.get("is_archived"):
        raise DeliveryRejected("That channel is archived.", todo="Choose another or unarchive it.")
    if not found.get("is_member"):
        raise DeliveryRejected("The app is not in that channel.", todo="/invite @Keepwell there.")
