"""What must be true of every message, whatever was killed and whatever was wrong?

- Slack, which can be asked: each part is there once.
- A mail or a post through a webhook, which nobody can be asked about: once or twice, with the same
  content to the byte, a mail under one Message-ID.
- Nothing is lost: what is not there is refused or waits, with a reason a person can read.
- What was handed over twice without an answer is not handed over a third time. It is ``failed``,
  and a person is told to ask the recipient: "unsure". That is neither lost nor delivered: with a
  destination that cannot be asked, and a sender killed twice in the very moment between handing
  over and noting the answer, one more copy could be the third, and none could be none at all.
  Somebody has to look; the promise "twice at most" is kept and nothing happens silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.store import Entry

if TYPE_CHECKING:
    from tasks.model import Message
    from tests.faults.places import Place


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an entry ended, and how often each of its parts arrived."""

    state: str
    problem: str
    tries: int  # of the part that was handed over most often without an answer
    counts: tuple[int, ...]
    is_same: bool  # whether copies are equal to the byte
    strangers: tuple[str, ...] = ()

    @property
    def is_unsure(self) -> bool:
        return self.state == "failed" and self.problem.startswith("DeliveryAbandoned")


def outcome(place: Place, entry: Entry, message: Message) -> Outcome:
    """Return what is known of ``entry``, at its destination and in the outbox."""
    arrived, parts = place.arrived(entry.to, entry.key), place.parts(message)
    told = f"{entry.problem.kind}: {entry.problem}" if entry.problem else ""
    return Outcome(
        str(entry.state),
        told,
        max((part.tries for part in entry.parts.values()), default=0),
        tuple(len(arrived.get(part, ())) for part in parts),
        all(len(set(copies)) <= 1 for copies in arrived.values()),
        tuple(set(arrived) - set(parts)),
    )


def broken(
    place: Place, found: Mapping[str, Outcome], expected: Mapping[str, str], *, asks: bool = True
) -> list[str]:
    """Return every law that ``found`` breaks, each in a sentence; empty when all hold.

    ``asks`` is whether a destination that can be asked can be asked now.
    """
    wrongs = [f"{to}: not in the outbox" for to in place.to if to not in found]
    for to, one in found.items():
        wrongs += [f"{to}: {wrong} {one}" for wrong in _broken(place, one, expected[to], asks)]
    waiting = [one for one in found.values() if one.state == "waiting"]
    if waiting and not any(one.problem for one in waiting):
        wrongs.append("something waits, and nobody is told why")
    if obeyed := place.obeyed():
        wrongs.append(f"a name was obeyed: {obeyed}")
    return wrongs


def _broken(place: Place, one: Outcome, expected: str, asks: bool) -> list[str]:
    wrongs = []
    if max(one.counts) > place.most:
        wrongs.append(f"arrived {max(one.counts)} times;")
    if not one.is_same or one.strangers:
        wrongs.append("copies differ;")
    if one.state == "sent" and min(one.counts) == 0:
        wrongs.append("counts as sent and is not there;")
    if one.state in {"refused", "failed"} and not one.problem:
        wrongs.append("nobody is told why;")
    if one.is_unsure and (not asks if place.most == 1 else one.tries == place.most):
        return wrongs
    if one.state != expected:
        wrongs.append(f"should be {expected};")
    if one.state in {"refused", "waiting"} and max(one.counts) > 0:
        wrongs.append("is there and is not counted as sent;")
    return wrongs
