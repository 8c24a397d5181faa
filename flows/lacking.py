"""What can be computed now, and what would add most? Grouped by what is missing, the best first."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tasks.facts import FACTS
from tasks.facts.columns import about

WIDE = 100
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is missing (tables, or ``table.column``), and the KPIs it would add."""

    needs: tuple[str, ...]
    adds: tuple[str, ...]

    @property
    def what(self) -> str:
        """What to bring, in words: ``tickets.csv``, ``the column decided_at of contracts``."""
        return " and ".join(map(_in_words, self.needs))


def _in_words(need: str) -> str:
    table, _, column = need.partition(".")
    return f"the column {column} of {table}" if column else f"{table}.csv"


def steps(lacking: Mapping[str, Iterable[str]], scorecard: Collection[str]) -> tuple[Step, ...]:
    """Return what to bring one after the other: what adds most to the scorecard comes first.

    What was brought counts as there for the steps after it.
    """
    left = {kpi: frozenset(needs) for kpi, needs in lacking.items()}
    there: frozenset[str] = frozenset()
    found = []
    while left:
        best = max(
            dict.fromkeys(needs - there for needs in left.values()),
            key=lambda needs: _worth(needs, left, there, scorecard),
        )
        there |= best
        adds = tuple(kpi for kpi, needs in left.items() if needs <= there)
        found.append(Step(tuple(sorted(best)), adds))
        left = {kpi: needs for kpi, needs in left.items() if kpi not in adds}
    return tuple(found)


def _worth(
    needs: frozenset[str],
    left: Mapping[str, frozenset[str]],
    there: frozenset[str],
    scorecard: Collection[str],
) -> tuple[int, int, int]:
    """Return how much a step adds: little to bring first, then many of the scorecard, then many."""
    adds = [kpi for kpi, wanted in left.items() if wanted <= there | needs]
    return -len(needs), sum(kpi in scorecard for kpi in adds), len(adds)


def told(
    ready: Mapping[str, Iterable[str]], wanted: Iterable[Step], scorecard: Collection[str]
) -> Iterator[str]:
    """Yield the lines about the KPIs that are ready (by section), and what would add more."""
    sections = {section: tuple(kpis) for section, kpis in ready.items()}
    for section, kpis in sections.items():
        if kpis:
            yield from _wrapped(f"  {section:<12}", kpis)
    for at, step in enumerate(wanted):
        if at == 0:
            yield from ("", "WITH MORE DATA (* are in the digest)")
        count = len(step.adds)
        yield f"  with {step.what}: {count} more {'KPI' if count == 1 else 'KPIs'}"
        starred = [f"{kpi}*" if kpi in scorecard else kpi for kpi in step.adds]
        yield from _wrapped(INDENT, starred)
        yield from (f"{INDENT}{table}: {about(FACTS[table]).what}" for table in _tables(step))


def _tables(step: Step) -> Iterator[str]:
    return (need for need in step.needs if need in FACTS)


def _wrapped(first: str, words: Iterable[str]) -> list[str]:
    return textwrap.wrap(
        ", ".join(words),
        WIDE,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
    )
