"""What does nobody want to hear of now? What is muted, and what would only say it again.

Somebody who has muted that customers leave is not told of the same customers by a segment of them,
or by the revenue that leaves with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tasks.alerts.telling import is_one_incident
from tasks.episode import Episode, Key
from tasks.model import Severity
from tasks.rules.base import Assessment
from tasks.store import Store
from tasks.store.episodes import episodes
from tasks.store.mutes import Mute, muted_by, mutes


@dataclass(frozen=True, slots=True)
class Silence:
    """The mutes in force ``today``, and the open alerts that they silence."""

    mutes: tuple[Mute, ...]
    muted: tuple[Episode, ...]
    today: date

    @classmethod
    def on(cls, store: Store, today: date) -> Silence:
        """Return what is silent today."""
        known = mutes(store)
        open_ = episodes(store) if known else ()
        silent = tuple(one for one in open_ if muted_by(one, known, today))
        return cls(known, silent, today)

    def covers(self, key: Key, severity: Severity | None = None) -> bool:
        """Return whether nobody wants to hear of what ``key`` is about.

        Good news of what is muted is kept from nobody, unless all of it is muted.
        """
        if any(one.covers_place(key, self.today) for one in self.mutes):
            return True
        return severity is not Severity.GOOD and self.repeats(key)

    def repeats(self, key: Key) -> bool:
        """Return whether an alert about ``key`` would say again what one that is muted says."""
        return any(key == one.key or is_one_incident(key, one.key) for one in self.muted)

    def of(self, assessment: Assessment) -> Assessment:
        """Return an assessment without the findings that nobody wants to hear of."""
        heard = (one for one in assessment.findings if not self.covers(Key.of(one), one.severity))
        return replace(assessment, findings=tuple(heard))

    def mute_of(self, episode: Episode) -> Mute | None:
        """Return what silences an alert, None where it is heard."""
        return muted_by(episode, self.mutes, self.today)

    def hears(self, episode: Episode | None) -> bool:
        """Return whether what happens to an alert is to be heard: it is not muted, nor repeats."""
        return episode is None or not (self.mute_of(episode) or self.repeats(episode.key))

    def split(self, found: Iterable[Episode]) -> tuple[list[Episode], list[Episode]]:
        """Return the alerts that are heard and the muted ones; what repeats those is neither."""
        every = list(found)
        muted = [one for one in every if self.mute_of(one)]
        return [one for one in every if self.hears(one)], muted
