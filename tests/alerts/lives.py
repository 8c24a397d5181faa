"""The life of an alert, drawn: one line of signs for each grain.

``!`` is a warning, ``X`` critical, ``.`` calm, ``-`` between, ``?`` no data, ``e`` an error, ``g``
gone, and a blank is no sign at all. Weeks begin with 2026-W40.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tasks.alerts.lifecycle import Limits, advance
from tasks.calendar import Calendar
from tasks.episode import Episode, Key, Sign, Step, Verdict
from tasks.model import ALL, Cell, Finding, Grain, Period, Severity

CALENDAR = Calendar()
FIRST = "2026-W40"
KPI = "logo_churn_rate"
SEVERITIES = {"!": Severity.WARNING, "X": Severity.CRITICAL}
TROUBLE = {"?": Verdict.NO_DATA, "e": Verdict.ERROR, "g": Verdict.GONE}


def finding(
    period: Period, severity: Severity = Severity.WARNING, chance: float | None = 1e-4
) -> Finding:
    """Return what the spike rule found in one period of the whole company."""
    cell = Cell(KPI, "default", period.grain)
    return Finding("spike", cell, period.key, severity, "up", f"High in {period}.", chance=chance)


def sign(key: str, drawn: str, chance: float | None = 1e-4) -> Sign:
    """Return one drawn sign of the period called ``key``."""
    period = CALENDAR.period(key)
    if drawn in SEVERITIES:
        return Sign(period.grain, period, finding(period, SEVERITIES[drawn], chance), is_calm=False)
    calm = {".": True, "-": False}.get(drawn)
    return Sign(period.grain, period, is_calm=calm, trouble=TROUBLE.get(drawn))


def signs(drawn: str, first: str = FIRST) -> list[Sign]:
    """Return a line of drawn signs, the first of the period ``first``."""
    start = CALENDAR.period(first)
    keys = [CALENDAR.following(start, n).key for n in range(len(drawn))]
    return [sign(key, one) for key, one in zip(keys, drawn, strict=True) if one != " "]


def lived(
    found: list[Sign], last: Episode | None = None, limits: Limits | None = None
) -> list[Step]:
    """Return the steps that these signs make of the newest episode."""
    steps = []
    for one in found:
        steps.append(advance(last, one, limits or Limits()))
        last = steps[-1].episode
    return steps


def told(steps: list[Step]) -> list[str]:
    """Return what happened, each as ``opened 2026-W42``."""
    return [f"{step.event} {step.sign.period}" for step in steps if step.event]


def in_time(*lines: list[Sign]) -> list[Sign]:
    """Return the signs of several grains in the order in which their periods end."""
    return sorted((one for line in lines for one in line), key=lambda one: one.period.end_day)


def again(one: Sign, drawn: str, known: str = "") -> Sign:
    """Return a sign of the same period, sent again after a restatement."""
    return replace(sign(one.period.key, drawn), known=known)


def looked_at(
    segment: str, grain: Grain, back: int, drawn: str, today: date, chance: float | None
) -> tuple[Key, Sign]:
    """Return the key and a sign about a period that is over, ``back`` periods ago.

    ``segment`` is a plan, or ALL.
    """
    dimension = ALL if segment == ALL else "plan"
    newest = CALENDAR.previous(CALENDAR.containing(grain, today))
    period = CALENDAR.previous(newest, back) if back else newest
    if drawn not in "!X":
        key = Key("spike", KPI, "default", dimension, segment)
        calm = {".": True, "-": False}.get(drawn)
        return key, Sign(grain, period, None, calm, TROUBLE.get(drawn))
    severity = Severity.CRITICAL if drawn == "X" else Severity.WARNING
    cell = Cell(KPI, "default", grain, dimension, segment)
    finding = Finding("spike", cell, period.key, severity, "up", "High.", chance=chance)
    return Key.of(finding), Sign(grain, period, finding, is_calm=False)
