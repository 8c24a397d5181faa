"""How is a part of a message handed over once, although any process may die at any moment?

Before a part is handed over, the intention is written down; after it, the answer. A later try
finds one of three things: an answer (done), no intention (never handed over), or an intention
without an answer. Only the last is unclear, and then the destination is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.errors import (
    ChannelRejected,
    DeliveryAbandoned,
    DeliveryRejected,
    DeliveryUncertain,
    DestinationUnavailable,
)
from tasks.store.entries import Part
from tasks.store.leases import Claim, begin_part, end_part, renew, unanswered
from tasks.store.lost import EVERY_PART, MOST_UNANSWERED

if TYPE_CHECKING:
    from tasks.channels.base import Find, Post

COMES_LATE_S = 10.0  # a slow destination may still take what it has not answered for
A_CLEAR_NO = (DestinationUnavailable, DeliveryRejected, ChannelRejected)


def since_boot() -> float:
    """Return seconds that also pass while the computer sleeps, where the system counts them."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An attempt that knows from the outbox what earlier ones have done.

    Between the last look at the lease and the first byte to the destination lie microseconds; a
    process that is frozen just there, for longer than its lease, can still send twice. No process
    can rule that out by itself.
    """

    claim: Claim
    clock: Callable[[], float] = since_boot

    @property
    def key(self) -> str:
        """What stands for this message to this recipient, at every try."""
        return self.claim.entry.key

    def taken(self, part: str) -> str | None:
        """Return the destination's id of ``part`` if it was confirmed before."""
        return self._known(part).id

    def once(self, part: str, post: Post, find: Find | None = None) -> str:
        """Return the destination's id of ``part``, as ``tasks.channels.base.Attempt`` promises."""
        known = self._known(part)
        if known.id is not None:
            return known.id
        if known.since is not None and (there := self._asked(part, known, find)):
            return there
        self._begin(part)
        try:
            taken = post()
        except A_CLEAR_NO:
            end_part(self.claim, part, known)
            raise
        except DeliveryUncertain as error:
            unanswered(self.claim, part)
            error.after_s = max(error.after_s or 0.0, COMES_LATE_S)
            raise
        end_part(self.claim, part, Part(taken))
        return taken

    def _begin(self, part: str) -> None:
        """Note the intention; look at the lease again if this process slept meanwhile."""
        looked = self.clock()
        begin_part(self.claim, part)
        while self.clock() - looked > self.claim.lease_s / 2:
            looked = self.clock()
            renew(self.claim)

    def _known(self, part: str) -> Part:
        return self.claim.parts.get(part) or self.claim.parts.get(EVERY_PART, Part())

    def _asked(self, part: str, known: Part, find: Find | None) -> str | None:
        """Return the id of a part nobody answered for, if the destination has it."""
        if find is not None and known.since is not None:
            there = find(known.since)
            if there is not None:
                end_part(self.claim, part, Part(there))
            return there
        if known.tries >= MOST_UNANSWERED:
            raise self._abandoned(part, known)
        return None

    def _abandoned(self, part: str, known: Part) -> DeliveryAbandoned:
        """Return what says that nobody knows, and why: two tries, or a store that was put back."""
        is_of_backup = part not in self.claim.parts
        told = f"it was handed over {known.tries} times without an answer"
        if is_of_backup and known.since is not None:
            told = f"the store was put back from a backup of {known.since:%Y-%m-%d %H:%M} UTC"
        return DeliveryAbandoned(
            f"{self.claim.entry.to} may have got this message, and may not: {told}.",
            where=f"Entry {self.claim.entry.id} of the outbox.",
            todo=f"Ask them; if it is not there: keepwell outbox retry {self.claim.entry.id}.",
        )
