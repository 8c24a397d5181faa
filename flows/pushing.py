"""Who is told what of the alerts now? Each thing once, few at a time, follow-ups where it began.

What is to be told follows from what is stored, never from what this run happened to see: a run that
died before it told anybody is made good by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from flows.alerting import Desk, Told
from flows.delivery import OPEN
from flows.workspace import Workspace
from tasks.alerts.budget import is_about_data, may_interrupt, within
from tasks.alerts.due import Due, Occasion, due
from tasks.alerts.telling import finding_of, told_by
from tasks.catalog import RULES
from tasks.episode import Episode, Push
from tasks.errors import Overtaken
from tasks.model import Message
from tasks.rules.base import Rule
from tasks.store import Entry, Outgoing, State, entries
from tasks.store.episodes import episodes
from tasks.store.mutes import mutes
from tasks.store.telling import Notice, tell

ENDED_LATELY = timedelta(days=60)  # a close that could not be told before is told until then
LISTED = "listed in the digest"
NO_MESSAGE = "nobody waits for a message about it"
ALERT = "alert"  # the kind of the message with which it began
KINDS = frozenset(push.value for push in Push)
GONE = frozenset({State.CANCELLED, State.REFUSED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Book:
    """What is to be told, what people know, and the alerts in the outbox by what they are about."""

    desk: Desk
    found: tuple[Due, ...]
    known: tuple[Episode, ...]
    sent: tuple[Entry, ...]

    def of(self, push: Push) -> tuple[Episode, ...]:
        """Return the episodes of which ``push`` is to be told."""
        return tuple(one.episode for one in self.found if one.push is push)

    def began_with(self, episode: Episode) -> tuple[Entry, ...]:
        """Return the entries of the alert that is named after an episode."""
        key = self.desk.key_of(episode)
        return tuple(one for one in self.sent if one.subject_key == key and one.state not in GONE)

    def notice(
        self, push: Push, some: Sequence[Episode], outgoing: Sequence[Outgoing] = (), why: str = ""
    ) -> Notice:
        """Return what is told of ``some`` episodes; without a message, why there is none."""
        return Notice(push, tuple(some), tuple(outgoing), self.desk.occasion.is_live, why)


def push(desk: Desk) -> tuple[int, ...]:
    """Put into the outbox what is to be told now; return the ids of its entries.

    Where another process is faster nothing is written: it, or the next run, tells what is left.
    """
    company = desk.workspace.settings.company.name
    try:
        notices = owed(desk, known_now(desk.workspace, desk.now))
        today = desk.occasion.today
        return tell(desk.workspace.store, notices, company=company, today=today, now=desk.now)
    except Overtaken:
        return ()


def unsent(workspace: Workspace) -> tuple[int, ...]:
    """Return the entries about alerts that wait to be sent: of this run, or of one that died."""
    waiting = entries(workspace.store, states=OPEN)
    return tuple(one.id for one in waiting if one.kind in KINDS)


def known_now(workspace: Workspace, now: datetime) -> tuple[Episode, ...]:
    """Return the episodes of which anything may have to be told."""
    return episodes(workspace.store, ended_since=now - ENDED_LATELY)


def is_anything_due(workspace: Workspace, occasion: Occasion, now: datetime) -> bool:
    """Return whether there is anything that people are still to be told."""
    found = due(known_now(workspace, now), mutes(workspace.store), occasion)
    new = [one.episode for one in found if one.push is Push.ALERT]
    return len(new) < len(found) or any(interrupting(workspace, new))


def owed(desk: Desk, known: Sequence[Episode]) -> tuple[Notice, ...]:
    """Return what is to be told of the episodes that are ``known``, with a message or without."""
    store = desk.workspace.store
    found = due(known, mutes(store), desk.occasion)
    sent = entries(store, kind=ALERT) if found else ()
    book = Book(desk, found, tuple(known), sent)
    return (*_openings(book), *_escalations(book), *_recoveries(book))


def _openings(book: Book) -> Iterator[Notice]:
    told = [one for one in book.known if one.is_open and book.began_with(one)]
    news = []
    for one in interrupting(book.desk.workspace, book.of(Push.ALERT)):
        if speaker := told_by(one, told):
            yield book.notice(Push.ALERT, [one], why=f"told by {speaker}")
        else:
            news.append(one)
    about_data = [one for one in news if is_about_data(finding_of(one))]
    others = [one for one in news if one not in about_data]
    yield from _alerts(book, others, book.desk.people)
    yield from _alerts(book, about_data, book.desk.operators)


def interrupting(workspace: Workspace, news: Iterable[Episode]) -> Iterator[Episode]:
    """Yield the episodes that may interrupt somebody; the others stand in the digest."""
    rules = workspace.settings.rules
    for one in news:
        own = (entry.rule for entry in rules.for_kpi(one.key.kpi))
        if may_interrupt(finding_of(one), own):
            yield one


def _alerts(book: Book, news: Sequence[Episode], to: tuple[str, ...]) -> Iterator[Notice]:
    """Yield the most urgent alerts, the last of which says how many more there are.

    Where nobody is named who could be told, they are told once somebody is.
    """
    if not to:
        return
    every = once(book.desk.opening(news))
    told, more = within(every, book.desk.workspace.settings.alerts.most_pushes)
    for number, one in enumerate(told, 1):
        message = book.desk.alert(one, more=more if number == len(told) else 0)
        yield book.notice(Push.ALERT, one.episodes, _to(message, to))
    for one in every[len(told) :]:
        yield book.notice(Push.ALERT, one.episodes, why=LISTED)


def once(alerts: Sequence[Told]) -> tuple[Told, ...]:
    """Return the alerts without those that repeat another: what they tell of is told by that."""
    kept: list[Told] = []
    for one in alerts:
        speakers = [each.speaker for each in kept]
        speaker = told_by(one.speaker, speakers)
        if speaker is None:
            kept.append(one)
        else:
            place = speakers.index(speaker)
            kept[place] = kept[place].with_more(one.episodes)
    return tuple(kept)


def _escalations(book: Book) -> Iterator[Notice]:
    for one in book.of(Push.ESCALATION):
        where = book.began_with(one)
        if not where:
            yield book.notice(Push.ESCALATION, [one], why=NO_MESSAGE)
            continue
        told = next(each for each in book.desk.opening([one]))
        message = _following(book.desk.escalation(told), where)
        yield book.notice(Push.ESCALATION, [one], _to(message, _where(where)))


def _recoveries(book: Book) -> Iterator[Notice]:
    for one in book.of(Push.RECOVERY):
        where = book.began_with(one) if _tells_end(one) else ()
        over = _following(book.desk.recovery(one), where) if where else None
        outgoing = _to(over, _where(where)) if over else ()
        yield book.notice(Push.RECOVERY, [one], outgoing, "" if where else NO_MESSAGE)


def _tells_end(episode: Episode) -> bool:
    rule = RULES.get(episode.key.rule) if episode.key.rule in RULES else None
    return rule is None or cast("Rule", rule).tells_end


def _to(message: Message, to: tuple[str, ...]) -> tuple[Outgoing, ...]:
    return (Outgoing(message, to),) if to else ()


def _following(message: Message, began_with: Iterable[Entry]) -> Message:
    """Return a follow-up that mail programs show below the mail with which it began."""
    return replace(message, follows={one.to: one.key for one in began_with})


def _where(began_with: Iterable[Entry]) -> tuple[str, ...]:
    """Return where a follow-up goes: into the thread of the alert, else to whom that went."""
    return tuple(one.to if _has_no_thread(one) else f"slack:{one.receipt_id}" for one in began_with)


def _has_no_thread(entry: Entry) -> bool:
    return entry.channel != "slack" or entry.receipt_id is None
