"""What is to be silent, and until when? An alert, a KPI or one of its segments; a day, or weeks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches

from flows.workspace import Workspace
from tasks.catalog import KPIS
from tasks.errors import UnknownName, WrongUse
from tasks.model import ALL
from tasks.store.mutes import Mute, mutes
from tasks.store.reading import segment_names

HOW = "Say until which day, or for how long: --until 2026-12-24, or --for 2w."
LENGTH = re.compile(r"(\d+)\s*(d|w)")
DAYS = {"d": 1, "w": 7}


def end_of(until: date | None, length: str | None, today: date) -> date:
    """Return the day on which something is heard again; raise ``WrongUse`` where that is unclear.

    ``length`` is written as ``2w`` or ``10d``.
    """
    if (until is None) is (length is None):
        raise WrongUse("A mute needs one end.", todo=HOW)
    end = until if until is not None else today + _length(length or "")
    if end <= today:
        raise WrongUse(f"{end} is not in the future.", todo=HOW)
    return end


def _length(written: str) -> timedelta:
    match = LENGTH.fullmatch(written.strip().lower())
    if match is None:
        raise WrongUse(f"'{written}' is not a length of time.", todo=HOW)
    try:
        return timedelta(days=int(match[1]) * DAYS[match[2]])
    except OverflowError as error:
        raise WrongUse(f"'{written}' is longer than any calendar.", todo=HOW) from error


def is_episode(target: str) -> bool:
    """Return whether an alert is meant: ``12``, ``#12``, ``logo_churn_rate/ALL#1``."""
    return "#" in target or target.strip().isdecimal()


def place_of(workspace: Workspace, target: str) -> tuple[str, str | None, str | None]:
    """Return the KPI, segment dimension and segment of ``nrr``, ``nrr:Pro`` or ``nrr:plan=Pro``.

    What was not said is None. Raises ``UnknownName`` for a KPI or a segment nobody has seen.
    """
    kpi, colon, segment = target.partition(":")
    _must_be_a_kpi(kpi, target)
    if not colon:
        return kpi, None, None
    if segment == ALL:
        return kpi, ALL, ALL
    known = segment_names(workspace.store, kpi)
    dimension, equals, name = segment.partition("=")
    if equals and (dimension, name) in known:
        return kpi, dimension, name
    names = {one for _, one in known}
    if segment not in names:
        raise UnknownName("segment", segment, names)
    return kpi, None, segment


def _must_be_a_kpi(kpi: str, target: str) -> None:
    """Raise ``UnknownName`` with what was meant, ``WrongUse`` where nobody can tell."""
    if kpi in KPIS:
        return
    head, slash, segment = kpi.partition("/")
    if slash and head in KPIS:
        raise UnknownName("target", target, [head if segment == ALL else f"{head}:{segment}"])
    if get_close_matches(kpi, KPIS.keys(), n=1, cutoff=0.6):
        raise UnknownName("KPI", kpi, KPIS.keys())
    raise WrongUse(
        f"There is no alert and no KPI called '{target}'.",
        todo="See 'keepwell alerts list' and 'keepwell kpis'.",
    )


def mute_of(workspace: Workspace, target: str, today: date) -> Mute:
    """Return what silences ``target``; raise ``WrongUse`` where nothing does."""
    kpi, dimension, segment = place_of(workspace, target)
    for one in mutes(workspace.store):
        place = (one.kpi, one.segment_dimension, one.segment)
        if one.episode_id is None and place == (kpi, dimension, segment) and today < one.until:
            return one
    raise WrongUse(f"{target} is not muted.", todo="See 'keepwell alerts list'.")
