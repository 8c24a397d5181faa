"""Where does an episode stand, by what each grain that sees it has said so far?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from tasks.episode import Episode, Mark, Phase, Verdict
from tasks.model import Grain

MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
IN_A_YEAR = 12


def calm_run(marks: Sequence[Mark], grain: Grain) -> int:
    """Return how many periods in a row a grain has been calm, up to its last word.

    Periods that overlap, as the last seven days of today and of yesterday do, count once; periods
    nothing can be said of count neither way.
    """
    return _run(marks, grain, Verdict.CALM)


def loud_run(marks: Sequence[Mark], grain: Grain) -> int:
    """Return how many periods in a row a grain has been loud, up to its last word."""
    return _run(marks, grain, Verdict.LOUD)


def _run(marks: Sequence[Mark], grain: Grain, verdict: Verdict) -> int:
    last: list[Mark] = []
    for mark in _said(marks, grain):
        last = [*last, mark] if mark.verdict is verdict else []
    count, until = 0, date.min
    for mark in last:
        if mark.first_day >= until:
            count, until = count + 1, mark.end_day
    return count


def is_freed(episode: Episode) -> bool:
    """Return whether every grain that saw the episode, besides its own, calls it over."""
    marks = episode.marks
    saw = {mark.grain for mark in marks if mark.is_loud} - {episode.opened.grain}
    return all(calm_run(marks, grain) for grain in saw)


def seen_again_by(episode: Episode) -> Grain | None:
    """Return a grain that is loud in a period which began after the one that opened it was over.

    A long window is loud for as long as it holds a burst; this one can't hold it any more.
    """
    for grain in {mark.grain for mark in episode.marks} - {episode.opened.grain}:
        last = list(_said(episode.marks, grain))[-1:]
        if last and last[0].is_loud and last[0].first_day >= episode.first.end_day:
            return grain
    return None


def age(episode: Episode, grain: Grain) -> int:
    """Return how many periods of ``grain`` have passed since it opened, up to its last word."""
    said = list(_said(episode.marks, grain))
    return _periods(episode.first, said[-1]) if said else 0


def unsaid_for(episode: Episode, *verdicts: Verdict) -> int:
    """Return for how many periods of its own grain nothing could be said, or just ``verdicts``."""
    own = [mark for mark in episode.marks if mark.grain is episode.opened.grain]
    tail = own[len(own) - _tail(own, verdicts) :]
    return _periods(tail[0], tail[-1]) + 1 if tail else 0


def _tail(own: Sequence[Mark], verdicts: Collection[Verdict]) -> int:
    count = 0
    for mark in reversed(own):
        if mark.is_said or (verdicts and mark.verdict not in verdicts):
            break
        count += 1
    return count


def phase_of(episode: Episode, marks: Sequence[Mark]) -> Phase:
    """Return where an episode that is under way stands after ``marks``."""
    own = episode.opened.grain
    others = {mark.grain for mark in marks} - {own}
    if any(loud_run(marks, grain) for grain in others):
        return Phase.OPEN
    last = [mark for mark in marks if mark.grain is own][-1:]
    if last and not last[0].is_said:
        return Phase.ERROR if last[0].verdict is Verdict.ERROR else Phase.NO_DATA
    return Phase.RECOVERING if calm_run(marks, own) else Phase.OPEN


def _said(marks: Sequence[Mark], grain: Grain) -> Iterator[Mark]:
    return (mark for mark in marks if mark.grain is grain and mark.is_said)


def _periods(first: Mark, last: Mark) -> int:
    """Return how many periods of the later one's grain lie from one's begin to the other's."""
    early, late = first.first_day, last.first_day
    if last.grain in MONTHS and early.day == late.day:
        months = (late.year - early.year) * IN_A_YEAR + late.month - early.month
        return months // MONTHS[last.grain]
    return (late - early) // max(last.end_day - last.first_day, timedelta(days=1))
