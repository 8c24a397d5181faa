"""Does what was loud still hold? Days whose rows are others by now are judged once more.

An alert that rests on rows which were corrected since is corrected as well, however long ago they
were: every look that found it loud is looked through once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from flows.ledger import FACTS, basis_print, last_done
from flows.steps import Steps
from flows.touched import touched_by
from flows.trailing import Reach, View, last_day_view, week_views
from flows.workspace import Workspace
from tasks.alerts.trailing import Histories, trail
from tasks.episode import Episode, Mark
from tasks.model import ALL, Grain, Period
from tasks.store import changed_between

WATCH = "watch"  # what the ledger calls a look at all alerts
MOST = 20  # looks: three weeks of them


def looks_back(
    steps: Steps,
    workspace: Workspace,
    episodes: Iterable[Episode],
    own_weeks: Histories,
    *,
    now: datetime,
) -> Iterator[View]:
    """Yield a look at all days that were loud in an open alert and were touched since."""
    marks: dict[Mark, set[str]] = {}
    for one in episodes:
        for mark in one.marks if one.is_open else ():
            if mark.is_loud and mark.grain in {Grain.DAY, Grain.WEEK}:
                days = Mark(mark.grain, mark.first_day, mark.end_day, mark.verdict)
                marks.setdefault(days, set()).add(one.key.kpi)
    touched = _touched(workspace, marks)
    for mark in sorted(touched, key=lambda one: one.end_day)[-MOST:]:
        reach = Reach(mark.end_day, now, tuple(sorted(marks[mark])), is_newest=False)
        if mark.grain is Grain.WEEK:
            yield from week_views(steps, workspace, reach, own_weeks, now)
        else:
            yield from last_day_view(workspace, reach, ())


def _touched(workspace: Workspace, marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks whose days read rows that are others since the last look at all alerts."""
    settings, run = workspace.settings, last_done(workspace, WATCH, ALL)
    facts = basis_print(workspace)[FACTS]
    if run is None or str(run.summary.get(FACTS)) == facts:
        return []
    stretches = changed_between(workspace.store, str(run.summary[FACTS]), facts)
    if stretches is None:
        return list(marks)
    is_touched = touched_by(settings, stretches)
    return [mark for mark in marks if is_touched(_days(workspace, mark))]


def _days(workspace: Workspace, mark: Mark) -> Period:
    calendar = workspace.settings.calendar
    if mark.grain is Grain.DAY:
        return calendar.containing(Grain.DAY, mark.first_day)
    return trail(calendar, mark.end_day, weeks=1).newest
