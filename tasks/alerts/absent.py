"""What becomes of an alert nobody says anything about any more? It is told so, and ends in time.

A segment may have been renamed, a goal taken back, a rule switched off: then no look at the data
has a word for the alert, and it would be open for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from tasks.episode import Episode, Key, Phase, Sign, Verdict
from tasks.model import ALL

if TYPE_CHECKING:
    from datetime import datetime

    from tasks.calendar import Calendar

Place = tuple[str, str, str, str]  # kpi, variant, segment dimension, segment
UNSAID = "There is no value, or no rule looks at it any more."


def absent_signs(
    episodes: Iterable[Episode],
    said: Collection[Key],
    *,
    calendar: Calendar,
    now: datetime,
    there: Collection[Place],
) -> Iterator[tuple[Key, Sign]]:
    """Yield a sign for every alert under way of which nothing is ``said``, once a period is over.

    ``there`` are the places that have a value now. A segment that has none while its KPI and other
    segments of its dimension do is gone; of anything else there are no data.
    """
    cuts = {(kpi, variant, dimension) for kpi, variant, dimension, _ in there}
    for one in episodes:
        key, grain = one.key, one.opened.grain
        newest = calendar.last_complete(grain, now)
        if one.phase is Phase.CLOSED or key in said or newest.end_day <= one.newest.end_day:
            continue
        place = (key.kpi, key.variant, key.segment_dimension, key.segment)
        if place not in there and place[:3] in cuts and key.segment_dimension != ALL:
            why = f"There is no {key.segment_dimension} '{key.segment}' any more."
            yield key, Sign(grain, newest, trouble=Verdict.GONE, reason=why)
        else:
            yield key, Sign(grain, newest, trouble=Verdict.NO_DATA, reason=UNSAID)
