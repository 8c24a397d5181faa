"""What do the runs of the streams mean for the tables? Which fail, which lack a source, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tasks.connectors.streams import ALREADY_RUNNING, StreamReport
from tasks.model import DataNote

if TYPE_CHECKING:
    from tasks.errors import KeepwellError

UNAUTHORIZED = 401
ELSEWHERE = "being read by another process; what was loaded stays as it is."


def problems(reports: Sequence[StreamReport]) -> tuple[KeepwellError, ...]:
    """Return what ended streams early, each problem once, in their order.

    A credential that is refused for one stream is refused for all: that is said of the first.
    """
    found: dict[str, KeepwellError] = {}
    for report in reports:
        if report.problem is not None:
            refused = getattr(report.problem, "status", None) == UNAUTHORIZED
            found.setdefault("" if refused else str(report.problem), report.problem)
    return tuple(found.values())


def failed_tables(reports: Sequence[StreamReport]) -> tuple[str, ...]:
    """Return the tables that must stay as the lake has them: one of their streams broke off."""
    return _tables(report for report in reports if report.failed)


def absent_tables(reports: Sequence[StreamReport]) -> tuple[str, ...]:
    """Return the tables none of whose streams the vendor gives us: to be left out, not emptied."""
    given = set(_tables(report for report in reports if not _is_left_out(report)))
    left_out = _tables(report for report in reports if _is_left_out(report))
    return tuple(table for table in left_out if table not in given)


def notes(source: str, reports: Sequence[StreamReport]) -> tuple[DataNote, ...]:
    """Return a note for each stream that was skipped, with the reason; one if another has all."""
    if reports and all(report.skipped == ALREADY_RUNNING for report in reports):
        return (DataNote("skipped", source, f"{source}: {ELSEWHERE}"),)
    return tuple(
        DataNote("skipped", source, f"{source}: {_why(report)}")
        for report in reports
        if report.skipped
    )


def _why(report: StreamReport) -> str:
    if report.skipped == ALREADY_RUNNING:
        return f"{report.stream.name}: {ELSEWHERE}"
    return (
        f"{report.stream.name} were not given to us, so what needs them has no data. "
        f"{report.skipped}"
    )


def _is_left_out(report: StreamReport) -> bool:
    return bool(report.skipped) and not report.failed


def _tables(reports: Iterable[StreamReport]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table for report in reports for table in report.stream.tables))
