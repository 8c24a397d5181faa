"""Listen: hear what people press in Slack, write it down, and tell the alert's thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Any

from flows.answering import ANSWER, Reply, pressed, submitted, with_name
from flows.delivery import OPEN, deliver
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.blockkit import escaped
from tasks.channels.slack.api import Patience, Slack
from tasks.channels.slack.bot import PLAIN, SlackSettings, connected
from tasks.channels.slack.interaction import Form, Press, understood
from tasks.channels.slack.listening import Acknowledgement, Ear, Line
from tasks.errors import ConfigurationInvalid, KeepwellError, Mistake, StoreUnavailable
from tasks.store import entries
from tasks.store.listening import BEAT_S, beat, fall_silent

Say = Callable[[str], None]
QUICK = Patience(timeout_s=1.0)  # Slack gives a button three seconds, and we ask for a name in it
MODAL = Patience(timeout_s=2.5)
AGAIN = "Nothing was written; press it again in a minute."


def listen(
    steps: Steps,
    workspace: Workspace,
    stop: Event,
    say: Say,
    *,
    clock: Callable[[], datetime],
    ear: Ear | None = None,
    beat_s: float = BEAT_S,
) -> None:
    """Listen until ``stop`` is set; buttons are shown in alerts as long as this goes on.

    Raise ``ConfigurationInvalid`` without an app-level token, ``ChannelRejected`` where Slack
    refuses it.
    """
    settings = slack_settings(workspace)
    with ThreadPoolExecutor(1, "answers") as later:
        desk = Desk(steps, workspace, settings, say, clock, later)
        line = Line(settings, desk.answer, say, ear)
        pulse = Pulse(workspace, beat_s, say)
        try:
            desk.send([one.id for one in entries(workspace.store, kind=ANSWER, states=OPEN)])
            line.listen(stop, pulse.felt)
        finally:
            line.close()
            fall_silent(workspace.store)


def slack_settings(workspace: Workspace) -> SlackSettings:
    """Return ``channels.slack``; raise ``ConfigurationInvalid`` where there is none."""
    found = workspace.settings.channels.get("slack")
    if isinstance(found, SlackSettings):
        return found
    mistake = Mistake(
        None, "channels.slack", "there is no Slack to listen to.", "Add its token and app_token."
    )
    raise ConfigurationInvalid("channels", [mistake])


class Pulse:
    """Says in the store that somebody listens, as long as somebody can be heard."""

    def __init__(self, workspace: Workspace, beat_s: float, say: Say) -> None:
        """Begin in silence; ``say`` hears of a store that does not answer."""
        self._store, self._beat_s, self._say = workspace.store, beat_s, say
        self._due = monotonic()

    def felt(self, is_heard: bool) -> None:
        """Beat where it is time to; a store that does not answer is asked again soon."""
        if not is_heard:
            self._due = monotonic()
        elif monotonic() >= self._due:
            self._due = monotonic() + self._beat_s
            try:
                beat(self._store)
            except StoreUnavailable as error:
                self._say(str(error))
                self._due = monotonic() + self._beat_s / 6


class Desk:
    """Where answers are written: one thread a press, and one that tells people afterwards."""

    def __init__(
        self,
        steps: Steps,
        workspace: Workspace,
        settings: SlackSettings,
        say: Say,
        clock: Callable[[], datetime],
        later: ThreadPoolExecutor,
    ) -> None:
        """Keep what is needed; ``later`` does what Slack need not wait for, in order."""
        self._steps, self._workspace, self._settings = steps, workspace, settings
        self._say, self._clock, self._later = say, clock, later
        self._names: dict[str, str] = {}

    def answer(self, payload: Mapping[str, Any], acknowledge: Acknowledgement) -> None:
        """Do what a payload asks for; what is none of ours is only acknowledged."""
        asked = understood(payload)
        if asked is None:
            acknowledge.give()
            return
        try:
            reply = self._reply(with_name(asked, self._name(asked.person.id, asked.person.name)))
        except KeepwellError as error:
            self._say(f"An answer of {asked.person.name} was not written: {error}")
            reply = Reply(whisper=f"{error.what} {error.todo or AGAIN}")
        in_time = acknowledge.give(reply.payload)
        self._follow(asked, reply, in_time=in_time)

    def _reply(self, asked: Press | Form) -> Reply:
        if isinstance(asked, Press):
            return pressed(self._workspace, asked, self._clock())
        return submitted(self._workspace, asked, self._clock())

    def _follow(self, asked: Press | Form, reply: Reply, *, in_time: bool) -> None:
        if reply.view is not None and isinstance(asked, Press):
            self._open(asked, reply.view)
        if reply.posts:
            self.send(reply.posts)
        # a modal that is closed by now cannot show what was wrong with its fields
        late = " ".join((reply.errors or {}).values()) if not in_time else ""
        if words := reply.whisper or late:
            self._do(lambda: self._whisper(asked, words))

    def _open(self, press: Press, view: Mapping[str, Any]) -> None:
        slack = connected(self._settings, MODAL)
        try:
            slack.ask("views.open", "view", trigger_id=press.trigger, view=json.dumps(view))
        except KeepwellError as error:
            self._say(f"A modal could not be opened: {error}")
            self._do(lambda: self._whisper(press, f"That took too long for Slack. {AGAIN}"))

    def _whisper(self, asked: Press | Form, words: str) -> None:
        """Tell one person, where only they see it."""
        slack = connected(self._settings)
        place = {"channel": asked.place.channel, "thread_ts": asked.place.thread}
        told = {"user": asked.person.id, "text": escaped(words), **PLAIN}
        slack.whole("chat.postEphemeral", **place, **told)

    def send(self, ids: list[int] | tuple[int, ...]) -> None:
        """Let entries of the outbox be sent, after what is being sent now."""
        if ids:
            self._do(lambda: deliver(self._steps, self._workspace, ids, is_urgent=True))

    def _do(self, work: Callable[[], object]) -> None:
        self._later.submit(work).add_done_callback(self._done)

    def _done(self, future: Future[object]) -> None:
        error = future.exception()
        if isinstance(error, KeepwellError):
            self._say(str(error))
        elif error is not None:
            self._say(f"Something broke while people were told ({type(error).__name__}).")

    def _name(self, person: str, sent: str) -> str:
        """Return the name people know somebody under; the one Slack sent where it does not say."""
        if person not in self._names:
            self._names[person] = _asked_for(connected(self._settings, QUICK), person) or sent
        return self._names[person]


def _asked_for(slack: Slack, person: str) -> str:
    try:
        found = slack.ask("users.info", "user", user=person)
    except KeepwellError:
        return ""  # whoever it is, the answer counts
    profile = found.get("profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or "")
