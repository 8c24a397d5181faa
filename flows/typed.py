"""What becomes of an answer that was typed? It is written, and the alert's Slack thread is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from flows.answering import LONGEST, tell
from flows.rebasing import explain
from flows.workspace import Workspace
from tasks.episode import Episode
from tasks.errors import WrongUse
from tasks.messages.outside import clean
from tasks.store import moment_of
from tasks.store.answers import ACK, MUTE, NOT_USEFUL, NOTE, UNMUTE, USEFUL, answer, named
from tasks.store.episodes import every_episode

WORDS = {
    ACK: "is acknowledged",
    USEFUL: "was useful",
    NOT_USEFUL: "was not useful",
    NOTE: "is noted",
    UNMUTE: "is heard again",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was answered, in a sentence for who typed it, and what is to be sent of it."""

    said: str
    posts: tuple[int, ...] = ()


def typed(
    workspace: Workspace,
    alert: str,
    what: str,
    who: str,
    note: str = "",
    *,
    until: date | None = None,
    rebase: date | None = None,
) -> Typed:
    """Write what ``who`` makes of an alert; raise ``UnknownName`` or ``WrongUse``."""
    store, day = workspace.store, workspace.settings.calendar.local_day(moment_of(workspace.store))
    before = named(every_episode(store), alert)
    if rebase is not None and rebase > day:
        raise WrongUse(f"{rebase} is in the future.", todo="Say since when it is normal.")
    others: tuple[Episode, ...] = ()
    if rebase is not None:
        about, others = explain(workspace, alert, who, note, rebase, today=day)
    else:
        about = answer(store, alert, who, what, note, until)
    if what == ACK and about.acknowledged_by == before.acknowledged_by != who:
        return Typed(f"{clean(about.acknowledged_by)} has acknowledged {about} already.")
    key = sha256(f"{about} {what} {who} {moment_of(store).isoformat()}".encode()).hexdigest()
    posts = tell(workspace, about, _for_thread(what, who, note, until, rebase), key)
    said = f"{about} is silent until {until}." if what == MUTE else f"{about} {WORDS[what]}."
    return Typed(" ".join([said, *_ended(others)]), posts)


def _for_thread(what: str, who: str, note: str, until: date | None, rebase: date | None) -> str:
    name, why = clean(who), clean(note, LONGEST) if note else ""
    since = f" Normal is what is so since {rebase}." if rebase else ""
    said = {
        ACK: f"Acknowledged by {name}",
        MUTE: f"Muted by {name} until {until}",
        UNMUTE: f"{name} lets it be heard again",
        USEFUL: f"{name} found this useful",
        NOT_USEFUL: f"{name} found this not useful",
        NOTE: f"{name} noted",
    }[what]
    return f'{said}: "{why}"{since}' if why else f"{said}.{since}"


def _ended(others: tuple[Episode, ...]) -> list[str]:
    """Return what is said of the alerts that end with one that is explained."""
    if not others:
        return []
    named_ = ", ".join(str(one.id) for one in others)
    if len(others) == 1:
        return [f"Alert {named_} is about the same customers and ends with it."]
    return [f"Alerts {named_} are about the same customers and end with it."]
