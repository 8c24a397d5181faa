"""Which alert speaks for which? Of one incident the one people were told of, else the loudest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tasks.alerts.telling import told_by
from tasks.episode import Episode
from tasks.model import Severity


def incidents(alerts: Iterable[Episode]) -> Mapping[Episode, tuple[Episode, ...]]:
    """Return each alert that speaks for an incident, with those that say the same.

    The order is that of ``alerts``.
    """
    given = tuple(alerts)
    spoken: dict[Episode, list[Episode]] = {}
    for one in sorted(given, key=_speaks_first):
        speaker = told_by(one, spoken)
        if speaker is None:
            spoken[one] = []
        else:
            spoken[speaker].append(one)
    return {one: tuple(spoken[one]) for one in given if one in spoken}


def _speaks_first(one: Episode) -> tuple[bool, bool, float]:
    was_told = bool(one.told or one.shown)
    return not was_told, one.severity is not Severity.CRITICAL, one.chance or 1.0
