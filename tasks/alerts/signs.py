"""What does a look at the data say of each incident: loud, calm, or nothing that can be told?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from tasks.alerts.cases import Book, Question, arrival_cases, cell_cases, goal_cases
from tasks.catalog import RULES
from tasks.episode import LOUD, Key, Sign, Verdict
from tasks.model import UNSAID as MISSING
from tasks.rules.base import About, Case, Rule, RuleSettings
from tasks.rules.history import History
from tasks.rules.words import counts

if TYPE_CHECKING:
    from tasks.model import Finding, Period

DATA = "data"
LAST = 2  # days with a value that are looked at where the newest has none
PeriodOf = Callable[[str], "Period"]
Cases = Mapping[tuple[About, str, str, str, str], Case]


def loud_signs(findings: Iterable[Finding], period_of: PeriodOf) -> Iterator[tuple[Key, Sign]]:
    """Yield what is loud among ``findings``, each as a sign of the days it is about."""
    for finding in findings:
        if finding.severity in LOUD:
            sign = Sign(finding.cell.grain, period_of(finding.period), finding)
            yield Key.of(finding), sign


def calm_signs(
    question: Question,
    book: Book,
    keys: Iterable[Key],
    findings: Iterable[Finding],
    period_of: PeriodOf,
) -> Iterator[tuple[Key, Sign]]:
    """Yield what is said of the incidents ``keys`` about which nothing loud was found.

    An incident whose segment was not looked at, as it is cut too fine for days, gets no sign.
    """
    softly = {Key.of(one): one for one in findings}
    quiet = {key for key in keys if key not in softly or softly[key].severity not in LOUD}
    cases = _cases(question, book) if quiet else {}
    for key in sorted(quiet, key=str):
        if key.rule in RULES:
            rule = cast("Rule", RULES.get(key.rule))
            case = cases.get(_place(rule.about, key))
            if case is not None:
                for one in _looked_at(case, key):
                    found = softly.get(key) if one is case else None
                    yield key, _sign(question, rule, one, key, found, period_of)
            elif rule.about is About.CUSTOMERS and not any(book.cells()):
                # a look at single customers alone: what is not found there has not happened
                days = period_of(question.period.key)
                yield key, Sign(question.period.grain, days, softly.get(key), is_calm=True)


def _looked_at(case: Case, key: Key) -> tuple[Case, ...]:
    """Return what tells whether an incident is over: the period itself, or the last with a value.

    On a Sunday nobody answers, which says nothing of whether Friday's and Saturday's data came.
    """
    seen, history = case.history.newest, case.history
    is_there = seen is None or seen.value is not None or seen.null_reason in MISSING
    if is_there or key.direction != DATA:
        return (case,)
    rows = [row for row, one in enumerate(history.observations) if one.value is not None][-LAST:]
    return tuple(_cut(case, row) for row in rows) or (case,)


def _cut(case: Case, row: int) -> Case:
    """Return the case as it was when the observation at ``row`` was the newest."""
    whole = case.history
    until = History(whole.cell, whole.periods[: row + 1], whole.observations[: row + 1])
    return replace(case, history=until, period=whole.periods[row])


def _cases(question: Question, book: Book) -> Cases:
    found = {
        About.CELL: cell_cases(question, book),
        About.ARRIVAL: arrival_cases(question, book),
        About.GOAL: goal_cases(question, book),
    }
    return {
        (about, cell.kpi, cell.variant, cell.segment_dimension, cell.segment): case
        for about, cases in found.items()
        for case in cases
        for cell in [case.history.cell]
    }


def _place(about: About, key: Key) -> tuple[About, str, str, str, str]:
    return about, key.kpi, key.variant, key.segment_dimension, key.segment


def _sign(
    question: Question,
    rule: Rule,
    case: Case,
    key: Key,
    finding: Finding | None,
    period_of: PeriodOf,
) -> Sign:
    grain, seen = case.history.cell.grain, case.history.newest
    days = period_of((case.goal_period or case.period).key)
    if seen is None or seen.value is None:
        return Sign(grain, days, trouble=Verdict.NO_DATA, reason="There is no value.")
    settings = cast("RuleSettings", question.rules.settings_of(rule, key.kpi, grain))
    asked = rule.is_calm
    if case.period != question.period and case.goal is None:
        is_calm: bool | None = not any(Key.of(one) == key for one in rule.judge(case, settings))
    else:
        is_calm = finding is None if asked is None else asked(case, settings, key.direction)
    return Sign(grain, days, finding, is_calm, known=counts(seen, case.subject))


def by_key(signs: Iterable[tuple[Key, Sign]]) -> Mapping[Key, tuple[Sign, ...]]:
    """Return the signs of each incident in the order of time; the longest look comes last."""
    found: dict[Key, list[Sign]] = {}
    for key, sign in signs:
        found.setdefault(key, []).append(sign)
    return {key: tuple(sorted(some, key=_when)) for key, some in found.items()}


def _when(sign: Sign) -> tuple[object, ...]:
    return sign.period.end_day, sign.period.end_day - sign.period.first_day
