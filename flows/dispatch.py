"""What does a scheduled look for digests do? It sends those that are due, the oldest first.

Operators hear of what waits for data, of what comes late, and of what is given up; each once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows.briefing import Findings
from flows.catchup import GivenUp, gap, give_up, labels
from flows.delivery import deliver
from flows.due import DIGEST, due
from flows.freshness import Held, held, held_before, note_held
from flows.ledger import note
from flows.newcomers import welcome
from flows.operators import held_notice, released_notice
from flows.posting import Above, is_posted, post
from flows.steps import Steps
from flows.sync import Synced, bring_in_news
from flows.twice import catch_up_twice
from flows.workspace import Workspace
from tasks.config import Audience
from tasks.errors import KeepwellError
from tasks.model import Grain, Message, Period, Receipt
from tasks.outbox.delivering import Delivered
from tasks.store import Outcome, put
from tasks.store.looks import DIGESTS, look

Waiting = Mapping[Period, Sequence[Audience]]  # the digests that are asked for, and by whom


@dataclass(frozen=True, slots=True)
class Page:
    """A digest to be looked at: what it says, where it was written, and what was brought in."""

    message: Message
    receipt: Receipt
    synced: Synced


@dataclass(frozen=True, slots=True)
class Sent:
    """A digest that went out, all its parts, to whom, and who could not even be written to.

    ``message`` is the company's, ``found`` what it says where this run wrote it; None where it was
    in the outbox already. ``remarks`` are what operators should know and nobody is there to hear.
    """

    message: Message
    delivered: Delivered
    found: Findings | None = None
    refused: tuple[KeepwellError, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when everybody has got everything, else 3."""
        return 3 if self.refused else self.delivered.exit_code


@dataclass(frozen=True, slots=True)
class Round:
    """What became of one look: what was sent, what waits for data, and what is given up."""

    synced: Synced = field(default_factory=Synced)
    sent: tuple[Sent, ...] = ()
    held: tuple[Held, ...] = ()
    given_up: tuple[GivenUp, ...] = ()


def dispatch(
    steps: Steps, workspace: Workspace, *, now: datetime, grain: Grain | None = None
) -> Round:
    """Send what is due, of one ``grain`` or of all; hold what lacks data, give up what is too old.

    However often and by however many this is done, everybody gets a digest once.
    """
    notices = gap(steps, workspace, now=now)
    welcome(workspace, now)
    given_up, more = give_up(steps, workspace, now=now)
    deliver(steps, workspace, (*notices, *more))
    found = due(workspace, now)
    waiting = {one: to for one, to in found.items() if grain in {None, one.grain}}
    round_ = _sent_or_held(steps, workspace, waiting, now) if waiting else Round()
    look(workspace.store, DIGESTS, now)
    return Round(round_.synced, round_.sent, round_.held, given_up)


def _sent_or_held(steps: Steps, workspace: Workspace, waiting: Waiting, now: datetime) -> Round:
    unwritten = unwritten_of(workspace, waiting)
    synced = bring_in_news(steps, workspace, now=now) if unwritten else Synced()
    held_up = {
        one: found for one in unwritten if (found := held(workspace, waiting[one], one, now))
    }
    for one in held_up.values():
        _tell_held(steps, workspace, one, now)
    sent = []
    for period, to in waiting.items():
        if period in held_up:
            continue
        if period in unwritten:
            catch_up_twice(steps, workspace, period, now=now)
        sent.append(_sent(steps, workspace, period, to, now=now))
    return Round(synced, tuple(sent), tuple(held_up.values()))


def _tell_held(steps: Steps, workspace: Workspace, one: Held, now: datetime) -> None:
    company = workspace.settings.company.name
    ids = put(workspace.store, held_notice(steps, workspace, one), company=company)
    note_held(workspace, one, now)
    deliver(steps, workspace, ids)


def _sent(
    steps: Steps, workspace: Workspace, period: Period, to: Sequence[Audience], *, now: datetime
) -> Sent:
    notes = labels(workspace, to, period, now)
    before = held_before(workspace, period)
    more = released_notice(steps, workspace, period, notes) if before else ()
    return send(steps, workspace, period, to, now=now, above=Above(notes, more))


def unwritten_of(workspace: Workspace, waiting: Waiting) -> tuple[Period, ...]:
    """Return the periods whose digests are not wholly in the outbox yet."""
    return tuple(one for one, to in waiting.items() if not is_posted(workspace, one, to))


def refresh(steps: Steps, workspace: Workspace, waiting: Waiting, *, now: datetime) -> Synced:
    """Bring in and measure what is new, for the digests that are not wholly in the outbox yet.

    What is there is sent as it stands; nothing is read, measured or rendered again.
    """
    unwritten = unwritten_of(workspace, waiting)
    if not unwritten:
        return Synced()
    synced = bring_in_news(steps, workspace, now=now)
    for period in unwritten:
        catch_up_twice(steps, workspace, period, now=now)
    return synced


def send(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    to: Sequence[Audience],
    *,
    now: datetime,
    is_urgent: bool = False,
    above: Above | None = None,
) -> Sent:
    """Write what is missing of the digest of ``period``, and send all of it to ``to``."""
    posted = post(steps, workspace, period, to, now=now, above=above)
    delivered = deliver(steps, workspace, posted.ids, is_urgent=is_urgent)
    delivered = Delivered(tuple(one for one in delivered.entries if one.kind == DIGEST))
    is_whole = not (delivered.undelivered or posted.problems)
    count = {"sent": len(delivered.sent), "undelivered": len(delivered.undelivered)}
    note(workspace, DIGEST, period.key, now, count, Outcome.DONE if is_whole else Outcome.FAILED)
    found = posted.whole.found if posted.whole else None
    return Sent(posted.message, delivered, found, posted.problems, posted.remarks)
