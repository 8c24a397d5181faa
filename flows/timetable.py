"""What runs when, and when next? A line for each schedule, in the company's time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.crons import in_words, next_time
from flows.deployments import Deployment, Schedule
from tasks.calendar import zone_named

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Line:
    """A schedule of a deployment in words, and its next time; None for what is started by hand."""

    name: str
    when: str
    at: datetime | None


def lines(deployments: Sequence[Deployment], zone: str, now: datetime) -> Iterator[Line]:
    """Yield a line for each schedule; times of the company's ``zone``, others say theirs."""
    for one in deployments:
        for schedule in one.schedules:
            theirs = schedule.timezone or zone
            yield Line(one.name, _when(schedule, zone), next_time(schedule.cron, theirs, now))
        if not one.schedules:
            yield Line(one.name, BY_HAND, None)


def _when(schedule: Schedule, zone: str) -> str:
    theirs = schedule.timezone or zone
    return in_words(schedule.cron) + ("" if theirs == zone else f", {theirs}")


def table(found: Sequence[Line], zone: str) -> str:
    """Return the lines as a table; a deployment's name stands before its first schedule only."""
    wide, wider = (
        max(len(text) for text in texts) for texts in zip(*map(_texts, found), strict=True)
    )
    told, before = [], ""
    for line in found:
        name, when = _texts(line)
        next_ = f"next {line.at.astimezone(zone_named(zone)):%a %d %b %H:%M}" if line.at else ""
        told.append(f"  {'' if name == before else name:{wide}}  {when:{wider}}  {next_}".rstrip())
        before = name
    return "\n".join(told)


def _texts(line: Line) -> tuple[str, str]:
    return line.name, line.when
