"""Which alerts are news, and which repeat what people were told already?

Where a customer can be in both segments, and one KPI follows from the other or is the same, two
alerts are about one incident. The first that was told speaks for the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.alerts.explains import overlaps
from tasks.alerts.families import foretells, said_by
from tasks.episode import Episode, Key
from tasks.model import Cell, Finding, Grain, Severity


def told_by(episode: Episode, others: Iterable[Episode]) -> Episode | None:
    """Return which of ``others``, all of them told and open, says the same as ``episode``.

    What comes after a sign of it, and is louder than that was, is news all the same.
    """
    return next((one for one in others if _says_it(one, episode)), None)


def _says_it(told: Episode, episode: Episode) -> bool:
    is_sign = foretells(told.key.kpi, episode.key.kpi)
    critical = Severity.CRITICAL
    is_louder = episode.severity is critical and told.severity is not critical
    return is_one_incident(episode.key, told.key) and not (is_sign and is_louder)


def is_one_incident(one: Key, other: Key) -> bool:
    """Return whether two alerts tell of the same customers, or one follows from the other."""
    if one == other or one.rule == "event" or other.rule == "event":
        return False  # every large customer is a story of their own
    if one.kpi != other.kpi and "goal_miss" in (one.rule, other.rule):
        return False  # that a goal was missed for good is news, whatever it was missed for
    is_about_data = "data" in (one.direction, other.direction)
    return (
        _is_one_story(one, other)
        and overlaps(cell_of(one), cell_of(other))
        and (not is_about_data or one.direction == other.direction)
    )


def _is_one_story(one: Key, other: Key) -> bool:
    if one.kpi == other.kpi or one.kpi in said_by(other.kpi) or other.kpi in said_by(one.kpi):
        return True
    is_sign = foretells(one.kpi, other.kpi) or foretells(other.kpi, one.kpi)
    return is_sign and one.rule == other.rule == "spike"


def cell_of(key: Key, grain: Grain = Grain.WEEK) -> Cell:
    """Return the cell a key is about, at ``grain``."""
    return Cell(key.kpi, key.variant, grain, key.segment_dimension, key.segment)


def finding_of(episode: Episode) -> Finding:
    """Return what an episode is about as a finding, for when no look finds it any more."""
    return Finding(
        rule=episode.key.rule,
        cell=cell_of(episode.key, episode.newest.grain),
        period=episode.newest.key,
        severity=episode.severity,
        direction=episode.key.direction,
        sentence=episode.sentence,
        chance=episode.chance,
    )
