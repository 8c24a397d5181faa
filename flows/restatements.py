"""Which numbers that readers have already seen are others now?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby, pairwise

from flows.history import variant_of
from flows.plan import told
from flows.workspace import Workspace
from tasks.messages.inputs import Restated
from tasks.model import ALL, UNSAID, Observation, Period, Status
from tasks.store import read

LOOKED_BACK = 4  # periods: what is older nobody compares with any more
SENT_BY = timedelta(hours=12)  # after the period began, the digest of the one before has gone out


def restated_before(
    workspace: Workspace, period: Period, dimension: str = ALL
) -> tuple[Restated, ...]:
    """Return values of earlier periods that were final, and were restated since.

    They are the overall ones, or those of every segment of ``dimension``. Only what changed after
    the digest of the period before went out is new to the reader.
    """
    settings = workspace.settings
    calendar = settings.calendar
    earlier = calendar.between(calendar.previous(period, LOOKED_BACK), calendar.previous(period))
    variants = {kpi: variant_of(settings, kpi) for kpi in told(settings)}
    stored = read(
        workspace.store,
        kpis=tuple(variants),
        grain=period.grain,
        periods=tuple(one.key for one in earlier),
        dimension=dimension,
        all_revisions=True,
    )
    shown = [one for one in stored if one.variant == variants[one.kpi]]
    return tuple(_changed(shown, period))


def _changed(stored: Iterable[Observation], period: Period) -> Iterator[Restated]:
    ordered = sorted(stored, key=lambda one: (*_place(one), one.as_of, one.revision))
    for _, group in groupby(ordered, key=_place):
        yield from _newly(tuple(group), period)


def _place(one: Observation) -> tuple[str, str, str, int]:
    # what a new definition says of a period restates nothing: it is another number
    return one.kpi, one.segment, one.period, one.definition_version


def _newly(rows: Sequence[Observation], period: Period) -> Iterator[Restated]:
    """Yield the last change among the rows of one value, where a final one became another."""
    for before, after in reversed(tuple(pairwise(rows))):
        is_new = after.recorded_at is not None and after.recorded_at >= period.start_at + SENT_BY
        was_final = before.status is not Status.PROVISIONAL and before.null_reason not in UNSAID
        if is_new and was_final and before.value != after.value:
            yield Restated(before, after)
            return
