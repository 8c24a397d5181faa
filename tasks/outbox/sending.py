"""What becomes of one try? It is sent, refused, given up, or waits, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.channels.base import channel_named
from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryAbandoned,
    DeliveryRejected,
    Fix,
    KeepwellError,
    LeaseLost,
    Retry,
    StoreUnavailable,
    StoreUnusable,
)
from tasks.outbox.attempt import Recorded
from tasks.outbox.heartbeat import kept
from tasks.store.entries import Entry, Problem, State
from tasks.store.leases import Claim, Settlement, settle

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.config import Settings
    from tasks.model import Message, Receipt

LONGEST_PAUSE_S = 3600.0
MOST_DOUBLINGS = 12
GIVES_UP_AFTER = timedelta(days=5)  # of trying, as mail servers do; then a person decides
NOBODY_MENDED_IT_FOR = timedelta(days=7)  # a channel that refuses us
MENDED_AFTER_S = 840.0  # a channel that refuses us is looked at again by schedule, not by patience


@dataclass(frozen=True, slots=True)
class Tried:
    """One try: which entry, how it ended, and whether its whole channel has to rest."""

    entry: Entry
    settlement: Settlement
    channel_rests: bool = False


def try_once(
    claim: Claim, message: Message, settings: Settings, *, tries: int, now: datetime
) -> Tried | None:
    """Send what is claimed and settle it; None where another process has taken it over.

    ``tries`` is how often it was tried before, for the pause until the next; ``now`` is the
    store's time. Trouble with the store is raised: it is nobody's fault who gets messages.
    """
    try:
        tried = _tried(claim, message, settings, tries, now)
        settle(claim, tried.settlement)
    except LeaseLost:
        return None
    return tried


def _tried(claim: Claim, message: Message, settings: Settings, tries: int, now: datetime) -> Tried:
    entry = claim.entry
    try:
        with kept(claim):
            receipt = _handed_over(claim, message, settings)
    except (LeaseLost, StoreUnavailable, StoreUnusable):
        raise
    except KeepwellError as error:
        return Tried(entry, _ended(entry, error, tries, now), _is_about_the_channel(error))
    except Exception as error:  # noqa: BLE001 - one message that breaks us must not stop the others
        return Tried(entry, _ended(entry, _our_own_mistake(error), tries, now))
    return Tried(entry, Settlement(State.SENT, receipt_id=receipt.id))


def _handed_over(claim: Claim, message: Message, settings: Settings) -> Receipt:
    entry = claim.entry
    if entry.channel not in settings.channels:
        raise ChannelRejected(
            f"there is no '{entry.channel}' under channels any more;",
            where=f"entry {entry.id} of the outbox is for {entry.to}.",
            todo=f"Add it to {settings.path.name}, or: keepwell outbox cancel {entry.id}.",
        )
    return channel_named(entry.channel).send(
        message,
        entry.recipient,
        settings=settings.channels[entry.channel],
        attempt=Recorded(claim),
        now=entry.written_at,  # so that a mail that is sent again is the same to the byte
    )


def _ended(entry: Entry, error: KeepwellError, tries: int, now: datetime) -> Settlement:
    problem = Problem(type(error).__name__, error.what, error.where, error.todo)
    if isinstance(error, DeliveryRejected):
        return Settlement(State.REFUSED, problem=problem)
    is_ours = isinstance(error, ChannelRejected)
    limit = NOBODY_MENDED_IT_FOR if is_ours else GIVES_UP_AFTER
    if isinstance(error, DeliveryAbandoned) or now - entry.since > limit:
        return Settlement(State.FAILED, problem=problem)
    return Settlement(State.WAITING, problem=problem, wait_s=_pause_s(error, tries))


def _pause_s(error: KeepwellError, tries: int) -> float:
    if isinstance(error, ChannelRejected):
        return MENDED_AFTER_S
    asked = error.after_s or 0.0 if isinstance(error, Retry) else 0.0
    return min(max(asked, 2.0 ** min(tries, MOST_DOUBLINGS)), LONGEST_PAUSE_S)


def _is_about_the_channel(error: KeepwellError) -> bool:
    return isinstance(error, ChannelUnavailable | ChannelRejected | Fix)


def _our_own_mistake(error: Exception) -> KeepwellError:
    return Retry(
        f"Something broke inside Keepwell ({type(error).__name__}: {error}).",
        todo="Please report it.",
    )
