"""How is what an action changed put into words? Never more than the evidence says."""

from __future__ import annotations

from decimal import Decimal

from tasks.alerts.effect import Effect, Outcome
from tasks.alerts.segments import FACTORS, Scale
from tasks.model import ALL, Family
from tasks.rules.words import UNITS_OF_TIME, amount, number, signed, signed_percent

UNCHANGED = "no change"
CLAIMS = frozenset({Outcome.WORKED, Outcome.WORSE, Outcome.CHANGED})


def sentence(told: Effect) -> str:
    """Return what can be said of the action, in one sentence without its name."""
    if told.outcome is Outcome.NOT_SEPARABLE:
        return _entangled(told)
    if not told.periods:
        return f"no whole {UNITS_OF_TIME[told.grain][0]} is over since it began: too early to tell"
    if told.before is None or told.outcome is Outcome.NO_DATA:
        return f"{_since(told)}: {_unmeasured(told)}"
    return _measured(told) + _meanwhile(told)


def clause(told: Effect, *, with_part: bool) -> str:
    """Return what follows the numbers before and after: the others, and what it all comes to.

    The action's own part is in it where ``with_part`` says so, and somebody else does not tell it.
    """
    part = f"; {_made(told)}" if with_part and told.outcome in CLAIMS else ""
    others = _beside(told).removeprefix(", ")
    return "; ".join(filter(None, (others, verdict(told) + part))) + _meanwhile(told)


def verdict(told: Effect) -> str:
    """Return what the numbers before and after come to."""
    words = {
        Outcome.WORKED: "it worked",
        Outcome.WORSE: "it got worse",
        Outcome.CHANGED: "it changed",
        Outcome.EARLY: "too early to tell",
        Outcome.NO_SIGN: f"no sign of an effect; smallest effect visible by now: {_visible(told)}",
        Outcome.RETURNED: "no better than before it got bad: it may have come back by itself",
        Outcome.ALONE: _alone(told),
        Outcome.NOT_SEPARABLE: _entangled(told),
        Outcome.NO_DATA: _unmeasured(told),
    }
    return words[told.outcome]


def _measured(told: Effect) -> str:
    moved = f"{_level(told, told.before)} -> {_level(told, told.after)}{_beside(told)}"
    if told.outcome in CLAIMS:
        head = {Outcome.WORKED: "worked", Outcome.WORSE: "got worse"}.get(told.outcome, "changed")
        return f"{head}: {moved}, {_since(told)}; {_made(told)}"
    if told.outcome is Outcome.NO_SIGN:
        return f"no sign of an effect {_since(told)}: {moved}; {_smallest(told)}"
    return f"{_since(told)}: {moved}; {verdict(told)}"


def _smallest(told: Effect) -> str:
    return f"smallest effect visible by now: {_visible(told)}"


def _since(told: Effect) -> str:
    one, many = UNITS_OF_TIME[told.grain]
    return f"{told.periods} {one if told.periods == 1 else many} in"


def _beside(told: Effect) -> str:
    if told.others is None:
        return ""
    moved = _change(told, told.others)
    return f", others {'unchanged' if moved == UNCHANGED else moved}"


def _made(told: Effect) -> str:
    if told.low is None or told.high is None:
        return ""
    return f"its part is {_change(told, told.low)} to {_change(told, told.high)} (80 % sure)"


def _alone(told: Effect) -> str:
    beyond = "more than luck explains" if told.is_beyond_luck else "luck alone could do that"
    is_everybody = told.action.segment_dimension == ALL
    why = "it is about everybody" if is_everybody else "no other segment was left untouched"
    return f"{beyond}; before and after only, as {why}"


def _entangled(told: Effect) -> str:
    names = ", ".join(f"'{one.name}'" for one in told.meanwhile)
    return f"not separable from {names}, in the same segment at the same time"


def _meanwhile(told: Effect) -> str:
    if not told.meanwhile or told.outcome is Outcome.NOT_SEPARABLE:
        return ""
    names = ", ".join(f"'{one.name}'" for one in told.meanwhile)
    return f"; {names} touched some of the same customers meanwhile"


def _unmeasured(told: Effect) -> str:
    return f"too few {UNITS_OF_TIME[told.grain][1]} are measured to compare"


def _level(told: Effect, value: float | None) -> str:
    """Return a level: ``4.1 %``, ``12 a week``, ``+0.4 % a week`` for the growth of a stock."""
    subject, known = told.subject, _exact(value)
    unit = UNITS_OF_TIME[told.grain][0]
    if told.scale is Scale.GROWTH or subject is None:
        return f"{signed_percent(known)} a {unit}"
    if subject.family is Family.COUNT:
        return f"{number(known, 1)} a {unit}"
    return amount(known, subject)


def _change(told: Effect, value: float) -> str:
    if told.scale in FACTORS or told.scale is Scale.GROWTH or told.subject is None:
        return signed_percent(_exact(value))
    return signed(_exact(value), told.subject)


def _visible(told: Effect) -> str:
    return _change(told, told.visible or 0.0).lstrip("+")


def _exact(value: float | None) -> Decimal:
    return Decimal(f"{value or 0.0:.6g}")
