"""What is to be told of an episode now? One alert, one escalation, one close, and never twice.

- What opened while it was muted, in quiet hours or on trial is told once those are over, and only
  if it still burns then. What ended meanwhile is not told at all: it stands in the list.
- What would only say again what is muted waits as well: the same customers in another segment.
- A warning waits for the end of quiet hours and holidays, and so does good news; what is critical
  goes through, as people expect who are on call.
- Who acknowledged an alert knows of it: nothing but its close is told after that.
- A close is told to those who were told of the alert. What ended while it was muted never is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.alerts.telling import told_by
from tasks.episode import Episode, Phase, Push
from tasks.model import Severity
from tasks.store.mutes import Mute, muted_by

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a moment allows: are alerts live or on trial, and do people want their quiet?"""

    today: date
    is_live: bool = True
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is to be told of one episode now."""

    episode: Episode
    push: Push


def due(episodes: Iterable[Episode], mutes: Iterable[Mute], occasion: Occasion) -> tuple[Due, ...]:
    """Return what is to be told of these episodes on an occasion, at most one thing of each."""
    muted, every = tuple(mutes), tuple(episodes)
    silent = [one for one in every if one.is_open and muted_by(one, muted, occasion.today)]
    return tuple(
        Due(episode, push)
        for episode in every
        if (push := _owed(episode, is_live=occasion.is_live))
        and muted_by(episode, muted, occasion.today) is None
        and not (push is Push.ALERT and told_by(episode, silent))
        and not (occasion.is_quiet and _can_wait(episode, push))
    )


def _owed(episode: Episode, *, is_live: bool) -> Push | None:
    said = episode.told if is_live else episode.told | episode.shown
    if episode.phase is Phase.CLOSED:
        is_awaited = Push.ALERT in said and Push.RECOVERY not in said
        return Push.RECOVERY if is_awaited and not episode.is_silent else None
    if not episode.is_burning or episode.acknowledged_by:
        return None
    if Push.ALERT not in said:
        return Push.ALERT
    is_worse = episode.is_escalated and Push.ESCALATION not in said
    return Push.ESCALATION if is_worse else None


def _can_wait(episode: Episode, push: Push) -> bool:
    return push is Push.RECOVERY or episode.severity is not Severity.CRITICAL
