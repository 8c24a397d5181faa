"""Has a KPI that used to come in every period not come in this time?"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from tasks.model import UNSAID, Finding, Observation, Severity
from tasks.rules.base import About, Case, Rule, SimpleSettings, rule
from tasks.rules.history import position
from tasks.rules.words import capitalised, named

LOOKED_BACK = 4  # periods before this one
USED_TO_COME = 3  # of those; what comes now and then can't be late


class StalenessSettings(SimpleSettings):
    """What can be set for staleness: how long to wait for a value after its period."""

    grace: float = Field(
        default=0.25,
        ge=0,
        le=5,
        description="wait so many periods after a period closed before its missing value is told: "
        "0.25 is a quarter of a week, of a month",
    )


def judge(case: Case, settings: StalenessSettings) -> tuple[Finding, ...]:
    """Return a finding when there is no value although it is time for one and others came before.

    A value that is missing for a reason of its own (nobody answered, nobody could leave) is one.
    """
    now = case.now
    if now is None or _is_there(case) or not _is_due(case, settings, now) or not _came_before(case):
        return ()
    last = _last(case)
    return (
        Finding(
            rule="staleness",
            cell=case.history.cell,
            period=case.period.key,
            severity=settings.severity or Severity.WARNING,
            direction="data",
            sentence=_sentence(case, now, last),
            expected=last.numerator if last else None,
        ),
    )


def _is_there(case: Case) -> bool:
    seen = case.history.of(case.period.key)
    return seen is not None and (seen.value is not None or seen.null_reason not in UNSAID)


def _is_due(case: Case, settings: StalenessSettings, now: datetime) -> bool:
    length = case.period.end_at - case.period.start_at
    return now >= case.period.end_at + settings.grace * length


def _came_before(case: Case) -> bool:
    here = position(case.period)
    pairs = zip(case.history.periods, case.history.observations, strict=True)
    near = [
        seen.value
        for period, seen in pairs
        if 0 < here - position(period) <= LOOKED_BACK and seen.value is not None
    ]
    return len(near) >= USED_TO_COME


def _last(case: Case) -> Observation | None:
    known = (seen for seen in reversed(case.history.observations) if seen.value is not None)
    return next(known, None)


def _sentence(case: Case, now: datetime, last: Observation | None) -> str:
    ago = (now - case.period.end_at).days
    when = f"{ago} {'day' if ago == 1 else 'days'} ago" if ago else "less than a day ago"
    about = f"{named(case.period)}, a {case.period.grain} that ended {when}"
    told = f"{case.subject.name} has no value for {about}"
    pairs = zip(case.history.periods, case.history.observations, strict=True)
    period = next((period for period, seen in pairs if seen is last), None)
    before = f"; the last is that of {named(period, case.period)}" if period else ""
    silent = [
        f" {capitalised(one.source)} ({one.table}) has been silent since {one.silent_since:%-d %B}."
        for one in case.supplies
        if one.silent_since
    ]
    return f"{told}{before}.{''.join(silent)}"


STALENESS = rule(
    Rule(
        "staleness",
        "Finds a KPI that has no value although its period closed some time ago.",
        StalenessSettings,
        judge,
        about=About.ARRIVAL,
    )
)
