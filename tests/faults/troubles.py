"""What can be wrong with a destination, and where does a message end while it is?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tasks.messages.digest import digest_view
from tasks.messages.render import render_digest, undrawn
from tasks.model import Message
from tests.channels.slack_parts import DRAWN
from tests.doubles import slack_faults as said
from tests.doubles import smtp
from tests.faults.places import HookPlace, Place, SlackPlace
from tests.messages.stories import DIGESTS

POST = "chat.postMessage"
HISTORY = "conversations.history"
LAG_S = 1.0
OLD_TOKEN = "token_revoked"


@cache
def hostile() -> Message:
    """Return the digest whose customers are called ``<!channel>`` and worse."""
    return render_digest(digest_view(DIGESTS["hostile_names"]()), undrawn)


@dataclass(frozen=True, slots=True)
class Trouble:
    """``comes`` brings it about; ``calm`` of the place ends it.

    ``ends`` is where the first recipient's message ends while it lasts, and ``others`` where the
    others' do: sent, waiting, refused, or failed (nobody can say whether it arrived).
    """

    name: str
    comes: Callable[[Place], object]
    ends: str = "sent"
    others: str = "sent"
    asks: bool = True  # whether a destination that can be asked says what is there
    message: Callable[[], Message] = lambda: DRAWN


def ordered(method: str, *faults: said.Fault, times: int = 1) -> Callable[[Place], object]:
    """Return what makes ``method`` answer with ``faults``, one after the other."""

    def comes(place: Place) -> None:
        for fault in faults:
            place.door.order(method, fault, times=times)

    return comes


def answered(step: str, what: str, *, about: str = "", times: int | None = 1):
    """Return what makes a mail server answer ``what`` at ``step``."""
    return lambda place: place.door.answer(step, what, about=about, times=times)


def nothing(_place: Place) -> None: ...


def late(place: Place) -> None:
    """A message is taken a second after it came, and the line breaks meanwhile."""
    place.at("received", lambda: time.sleep(LAG_S))
    place.door.order(POST, said.RESET.after_acceptance())


def _channel(**how: bool) -> Callable[[SlackPlace], None]:
    def comes(place: SlackPlace) -> None:
        for name, value in how.items():
            setattr(place.door.place("#board"), name, value)

    return comes


def _revoked(place: SlackPlace) -> None:
    place.door.tokens[place.door.token].refused_as = OLD_TOKEN


def _on_page_two(place: SlackPlace) -> None:
    last = dict(place.door.places)
    place.door.places.clear()
    place.door.add_channels(60)
    place.door.places.update(last)


def _hook_gone(status: int, word: str) -> Callable[[HookPlace], None]:
    def comes(place: HookPlace) -> None:
        hook = next(one for one in place.door.hooks.values() if one.name == "board")
        hook.refusal = (status, word)

    return comes


FINE = Trouble("nothing wrong", nothing)
HOSTILE = Trouble("hostile names", nothing, message=hostile)

SLACK = (
    FINE,
    Trouble("channel deleted", _channel(deleted=True), "refused"),
    Trouble("channel archived", _channel(archived=True), "refused"),
    Trouble("app not in the channel", _channel(member=False), "refused", asks=False),
    Trouble("channel on page 2", _on_page_two),
    Trouble("token revoked", _revoked, "waiting", "waiting"),
    Trouble("429, Retry-After 1", ordered(POST, said.rate_limited(1), times=2)),
    Trouble("429 when asked what is there", ordered(HISTORY, said.rate_limited(1), times=2)),
    Trouble("500, not taken", ordered(POST, said.SERVER_ERROR)),
    Trouble("500, taken", ordered(POST, said.SERVER_ERROR.after_acceptance())),
    Trouble("ok:false internal_error, taken", ordered(POST, said.refused("internal_error").after_acceptance())),
    Trouble("ok:false restricted_action", ordered(POST, said.refused("restricted_action"), times=999), "refused", "refused"),
    Trouble("no answer in time, taken", ordered(POST, said.HANG.after_acceptance())),
    Trouble("no answer in time, not taken", ordered(POST, said.HANG)),
    Trouble("broken off, taken", ordered(POST, said.RESET.after_acceptance())),
    Trouble("half an answer, taken", ordered(POST, said.HALF.after_acceptance())),
    Trouble("taken a second later", late),
    Trouble("picture refused", ordered("files.getUploadURLExternal", said.SERVER_ERROR)),
    HOSTILE,
)  # fmt: skip
WEBHOOK = (
    FINE,
    Trouble("webhook removed", _hook_gone(404, "no_service"), "refused"),
    Trouble("channel archived", _hook_gone(410, "channel_is_archived"), "refused"),
    Trouble("429, Retry-After 1", ordered("webhook", said.rate_limited(1), times=2)),
    Trouble("500, not taken", ordered("webhook", said.status(500))),
    Trouble("500, taken", ordered("webhook", said.status(500).after_acceptance())),
    Trouble("no answer in time, taken", ordered("webhook", said.HANG.after_acceptance())),
    Trouble("broken off, taken", ordered("webhook", said.RESET.after_acceptance())),
    HOSTILE,
)
BOARD = "ana@example.com"
MAIL = (
    FINE,
    Trouble("550 for one of three", answered("RCPT", "550 5.1.1 no such user", about=BOARD, times=None), "refused"),
    Trouble("550 at the dot for one of three", answered("dot", "550 5.7.1 spam", about=BOARD, times=None), "refused"),
    Trouble("451 for the recipient", answered("RCPT", "451 4.7.1 greylisted")),
    Trouble("451 at the dot", answered("dot", "451 4.3.0 try again")),
    Trouble("421 at the door", answered("connect", "421 4.3.2 too busy")),
    Trouble("STARTTLS refused", answered("STARTTLS", "454 4.7.0 not now", times=None), "waiting", "waiting"),
    Trouble("password refused", answered("AUTH", "535 5.7.8 no", times=None), "waiting", "waiting"),
    Trouble("hangs up at the dot, taken", answered("dot", smtp.DROP_ACCEPTED)),
    Trouble("hangs up at the dot, not taken", answered("dot", smtp.DROP)),
    Trouble("no answer in time, taken", answered("dot", smtp.HANG_ACCEPTED)),
    HOSTILE,
)  # fmt: skip
TROUBLES: Mapping[str, tuple[Trouble, ...]] = {"slack": SLACK, "webhook": WEBHOOK, "email": MAIL}
