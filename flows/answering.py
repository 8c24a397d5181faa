"""What becomes of what somebody pressed in Slack? It is written, once, and the thread is told.

The answer and the words for the thread are in the store before Slack hears that all is well; a
press that could not be written is given back, so that the next one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Any

from flows.actions import is_measured
from flows.workspace import Workspace
from tasks.alerts.telling import is_one_incident
from tasks.blockkit import SECTION_LIMIT, shortened
from tasks.channels.slack.interaction import Form, Press, Wish
from tasks.channels.slack.modals import BEGINS, DATE, FOR, NAME, OWNER, TEXT, UNTIL, View, modal
from tasks.episode import Episode
from tasks.errors import KeepwellError
from tasks.messages.outside import clean, markdown_text, plain_text, slack_text
from tasks.model import Message
from tasks.store import Action, Outgoing, State, add_action, entries, put
from tasks.store.answers import answer as written
from tasks.store.answers import named
from tasks.store.episodes import every_episode
from tasks.store.listening import claim_click, release_click

ANSWER = "answer"  # the kind of these messages in the outbox
LONGEST = 1000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is done next: a modal is opened, entries of the outbox are sent, one person is told.

    ``errors`` are about the fields of the modal that was sent, which then stays open.
    """

    view: View | None = None
    posts: tuple[int, ...] = ()
    whisper: str = ""
    errors: Mapping[str, str] | None = None

    @property
    def payload(self) -> Mapping[str, Any] | None:
        """What the envelope is acknowledged with."""
        return {"response_action": "errors", "errors": dict(self.errors)} if self.errors else None


def pressed(workspace: Workspace, press: Press, now: datetime) -> Reply:
    """Return what follows from a button; raise ``UnknownName`` or ``WrongUse``."""
    about = named(every_episode(workspace.store), press.episode)
    if press.wish in {Wish.ACK, Wish.NOT_USEFUL}:
        return _at_once(workspace, press, about)
    today = workspace.settings.calendar.local_day(now)
    return Reply(view=modal(press, clean(about.sentence or str(about), LONGEST), today))


def _at_once(workspace: Workspace, press: Press, about: Episode) -> Reply:
    who = clean(press.person.name)
    if press.wish is Wish.ACK and about.acknowledged_by:
        return Reply(whisper=f"{about.acknowledged_by} has acknowledged it already.")
    said = f"Acknowledged by {who}." if press.wish is Wish.ACK else f"{who} found this not useful."
    return _once(workspace, press, about, said, lambda: _answered(workspace, press, who))


def submitted(workspace: Workspace, form: Form, now: datetime) -> Reply:
    """Return what follows from a modal; raise ``UnknownName`` or ``WrongUse``."""
    about = named(every_episode(workspace.store), form.episode)
    today = workspace.settings.calendar.local_day(now)
    if form.wish is Wish.MUTE:
        return _muted(workspace, form, about, today)
    if form.wish is Wish.ACTION:
        return _logged(workspace, form, about, now)
    who, note = clean(form.person.name), clean(form.values.get(TEXT, ""), LONGEST)
    if TEXT not in form.values:
        return Reply(errors={TEXT: "Write what everybody should know."})
    said = f'{who} noted: "{note}"'
    return _once(workspace, form, about, said, lambda: _answered(workspace, form, who, note))


def _muted(workspace: Workspace, form: Form, about: Episode, today: date) -> Reply:
    until = _until(form.values, today)
    if until is None or until <= today:
        return Reply(errors={UNTIL: "Choose a day after today."})
    who, note = clean(form.person.name), _note(form)
    why = f': "{note}"' if note else "."
    said = f"Muted by {who} until {until}{why}"
    return _once(workspace, form, about, said, lambda: _answered(workspace, form, who, note, until))


def _until(values: Mapping[str, str], today: date) -> date | None:
    """Return the day on which it is heard again; a day that was chosen counts, whatever else is."""
    if written_day := values.get(UNTIL):
        return date.fromisoformat(written_day)
    chosen = values.get(FOR, DATE)
    return None if chosen == DATE else today + int(chosen) * DAY


def _logged(workspace: Workspace, form: Form, about: Episode, now: datetime) -> Reply:
    if not {NAME, BEGINS} <= set(form.values):
        missing = NAME if NAME not in form.values else BEGINS
        return Reply(errors={missing: "This is needed."})
    action = _action(form, about)
    who = clean(form.person.name)
    said = f"{who} logged an action: {action.name}, from {action.begins}."
    if is_measured(workspace, action.kpi):
        said += " Digests will tell what it changes."
    store = workspace.store
    return _once(workspace, form, about, said, lambda: add_action(store, action, who=who, now=now))


def _action(form: Form, about: Episode) -> Action:
    key, values = about.key, form.values
    name, owner = clean(values[NAME], LONGEST), values.get(OWNER, "")
    return Action(
        name=name,
        kpi=key.kpi,
        begins=date.fromisoformat(values[BEGINS]),
        segment_dimension=key.segment_dimension,
        segment=key.segment,
        owner=clean(owner) if owner else clean(form.person.name),
        note=_note(form),
    )


def _note(form: Form) -> str:
    return clean(form.values[TEXT], LONGEST) if TEXT in form.values else ""


def _answered(
    workspace: Workspace,
    asked: Press | Form,
    who: str,
    note: str = "",
    until: date | None = None,
) -> None:
    written(workspace.store, asked.episode, who, asked.wish.value, note, until)


def _once(
    workspace: Workspace,
    asked: Press | Form,
    about: Episode,
    said: str,
    write: Callable[[], object],
) -> Reply:
    """Write an answer and what the thread is told of it, unless that was done before."""
    store, key = workspace.store, _key(asked)
    who = f"{clean(asked.person.name)} ({asked.person.id})"
    if not claim_click(store, key, who=who, what=asked.wish.value, subject=str(about)):
        return Reply()
    try:
        write()
        posts = tell(workspace, about, said, asked.key, (asked.place.receipt,))
    except KeepwellError:
        release_click(store, key)
        raise
    return Reply(posts=posts)


def _key(asked: Press | Form) -> str:
    """Return what makes an answer the same: nobody finds one alert not useful twice."""
    if isinstance(asked, Press) and asked.wish is Wish.NOT_USEFUL:
        same = f"{asked.wish.value}\0{asked.episode}\0{asked.person.id}"
        return sha256(same.encode()).hexdigest()
    return asked.key


def tell(
    workspace: Workspace, about: Episode, said: str, key: str, threads: tuple[str, ...] = ()
) -> tuple[int, ...]:
    """Put ``said`` into the outbox for every Slack thread of an alert; return the entries.

    ``key`` tells one answer from another; ``threads`` are receipts of messages known to be about
    it. Nobody who got the alert by other ways is disturbed by an answer.
    """
    every = dict.fromkeys((*threads, *_threads(workspace, about)))
    to = tuple(f"slack:{receipt}" for receipt in every)
    message = answer_message(about, said, key)
    company = workspace.settings.company.name
    return put(workspace.store, [Outgoing(message, to)], company=company) if to else ()


def _threads(workspace: Workspace, about: Episode) -> list[str]:
    """Return the threads of an alert; where it was told by another, those of that one."""
    sent = entries(workspace.store, kind="alert", states=(State.SENT,))
    threads = [one for one in sent if one.channel == "slack" and one.receipt_id]
    own = [one for one in threads if one.subject_key == str(about)]
    if not own and threads:
        others = [one for one in every_episode(workspace.store) if one.is_open]
        same = {str(one) for one in others if is_one_incident(about.key, one.key)}
        own = [one for one in threads if one.subject_key in same]
    return [one.receipt_id for one in own if one.receipt_id]


def answer_message(about: Episode, said: str, key: str) -> Message:
    """Return the line that stands in a thread, in every format."""
    line = {"type": "mrkdwn", "verbatim": True, "text": shortened(slack_text(said), SECTION_LIMIT)}
    return Message(
        kind=ANSWER,
        subject_key=f"{about} {key[:16]}",
        period=about.opened.key,
        subject=said,
        preheader="",
        text=f"{plain_text(said)}\n",
        html=f"<p>{escape(said)}</p>",
        markdown=f"{markdown_text(said)}\n",
        slack_blocks=({"type": "section", "text": line},),
    )


def with_name(asked: Press | Form, name: str) -> Press | Form:
    """Return the same, by the name people know somebody under."""
    return replace(asked, person=replace(asked.person, name=name))
