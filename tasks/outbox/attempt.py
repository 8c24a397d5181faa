"""How is a part of a message handed over once, although any process may die at any moment?

Before a part is handed over, the intention is written down; after it, the answer. A later try
finds one of three things: an answer (done), no intention (never handed over), or an intention
without an answer. Only the last is unclear, and then the destination is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.errors import (
    ChannelRejected,
    DeliveryAbandoned,
    DeliveryRejected,
    DestinationUnavailable,
)
from tasks.store.entries import Part
from tasks.store.leases import Claim, begin_part, end_part

if TYPE_CHECKING:
    from tasks.channels.base import Find, Post

MOST_UNANSWERED = 2  # how often a part may go out that nobody can be asked about
A_CLEAR_NO = (DestinationUnavailable, DeliveryRejected, ChannelRejected)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An attempt that knows from the outbox what earlier ones have done."""

    claim: Claim

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
        begin_part(self.claim, part)
        try:
            taken = post()
        except A_CLEAR_NO:
            end_part(self.claim, part, known)
            raise
        end_part(self.claim, part, Part(taken))
        return taken

    def _known(self, part: str) -> Part:
        return self.claim.parts.get(part, Part())

    def _asked(self, part: str, known: Part, find: Find | None) -> str | None:
        """Return the id of a part nobody answered for, if the destination has it."""
        if find is not None and known.since is not None:
            there = find(known.since)
            if there is not None:
                end_part(self.claim, part, Part(there))
            return there
        if known.tries >= MOST_UNANSWERED:
            raise DeliveryAbandoned(
                f"{self.claim.entry.to} may have got this message, and may not: it was handed over "
                f"{known.tries} times without an answer.",
                where=f"Entry {self.claim.entry.id} of the outbox.",
                todo=f"Ask them; if it is not there: keepwell outbox retry {self.claim.entry.id}.",
            )
        return None
