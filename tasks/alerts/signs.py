"""What does a look at the data say of each incident: loud, calm, or nothing that can be told?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from tasks.alerts.cases import Book, Question, cell_cases
from tasks.catalog import RULES
from tasks.episode import Key, Sign, Verdict
from tasks.model import Cell, Period, Severity
from tasks.rules.words import counts

if TYPE_CHECKING:
    from tasks.model import Finding
    from tasks.rules.base import Case, Rule, RuleSettings

LOUD = (Severity.CRITICAL, Severity.WARNING)


def loud_signs(findings: Iterable[Finding], days: Period) -> Iterator[tuple[Key, Sign]]:
    """Yield what is loud among ``findings``, each as a sign of ``days``."""
    for finding in findings:
        if finding.severity in LOUD:
            yield Key.of(finding), Sign(finding.cell.grain, days, finding)


def calm_signs(
    question: Question, book: Book, keys: Iterable[Key], findings: Iterable[Finding], days: Period
) -> Iterator[tuple[Key, Sign]]:
    """Yield what is said of the incidents ``keys`` about which nothing loud was found.

    An incident whose segment was not looked at, as it is cut too fine for days, gets no sign.
    """
    wanted = set(keys) - {Key.of(one) for one in findings if one.severity in LOUD}
    cases = {case.history.cell: case for case in cell_cases(question, book)} if wanted else {}
    softly = {Key.of(one): one for one in findings}
    for key in sorted(wanted, key=str):
        case = cases.get(_cell(key, question.period))
        if case is not None and key.rule in RULES:
            yield key, _sign(question, case, key, softly.get(key), days)


def _sign(question: Question, case: Case, key: Key, finding: Finding | None, days: Period) -> Sign:
    grain, seen = question.period.grain, case.history.newest
    if seen is None or seen.value is None:
        return Sign(grain, days, trouble=Verdict.NO_DATA, reason="There is no value.")
    rule = cast("Rule", RULES.get(key.rule))
    settings = cast("RuleSettings", question.rules.settings_of(rule, key.kpi, grain))
    asked = rule.is_calm
    is_calm = finding is None if asked is None else asked(case, settings, key.direction)
    return Sign(grain, days, finding, is_calm, known=counts(seen, case.subject))


def _cell(key: Key, period: Period) -> Cell:
    return Cell(key.kpi, key.variant, period.grain, key.segment_dimension, key.segment)


def by_key(signs: Iterable[tuple[Key, Sign]]) -> Mapping[Key, tuple[Sign, ...]]:
    """Return the signs of each incident in the order of time; the longest look comes last."""
    found: dict[Key, list[Sign]] = {}
    for key, sign in signs:
        found.setdefault(key, []).append(sign)
    return {key: tuple(sorted(some, key=_when)) for key, some in found.items()}


def _when(sign: Sign) -> tuple[object, ...]:
    return sign.period.end_day, sign.period.end_day - sign.period.first_day
