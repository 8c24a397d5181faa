"""What should a reader know about what came from Zendesk? Each fact is one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.connectors.streams import StreamReport
from tasks.model import DataNote

SHOWN = 3  # examples in one sentence


def counted(count: int, noun: str) -> str:
    """Return ``1 ticket`` or ``1,200 tickets``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(slots=True)
class Seen:
    """What was met on the way, and how often; ``rule`` is how organizations name customers."""

    source: str
    rule: str
    tickets: int = 0
    gone: int = 0
    estimated: int = 0
    survivor_unknown: int = 0
    no_organization: int = 0
    no_customer: Counter[str] = field(default_factory=Counter)  # tickets by organization
    shadows: int = 0
    unscaled: int = 0
    oddities: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def odd(self, table: str, column: str, value: object) -> None:
        """Note a word of Zendesk's that we have no word for."""
        self.oddities[table, column, str(value)] += 1

    def notes(self) -> Iterator[DataNote]:
        """Yield one note for each kind of thing that was met."""
        facts = (
            ("no_customer", self._without_customer(), self._unplaced, "tickets"),
            ("deleted", self._deleted(), self.gone, "tickets"),
            ("merged", self._merged(), self.survivor_unknown, "tickets"),
            ("reopened", self._reopened(), self.estimated, "tickets"),
            ("double", self._doubled(), self.shadows, "survey_responses"),
            ("scale", self._scales(), self.unscaled, "survey_responses"),
        )
        for kind, text, count, table in facts:
            if count:
                yield DataNote(kind, self.source, f"{self.source}: {text}", count, table)
        for (table, column, value), count in sorted(self.oddities.items()):
            text = f"{self.source}: {column} '{value}' is unknown ({counted(count, 'row')})."
            yield DataNote("mapping_issue", self.source, text, count, table)

    @property
    def _unplaced(self) -> int:
        return self.no_organization + self.no_customer.total()

    def _without_customer(self) -> str:
        what = f"{self._unplaced:,} of {counted(self.tickets, 'ticket')} belong to no customer"
        names = ", ".join(name for name, _ in self.no_customer.most_common(SHOWN))
        rest = ", ..." if len(self.no_customer) > SHOWN else ""
        reasons = (
            (self.no_organization, "without an organization"),
            (self.no_customer.total(), f"of organizations without {self.rule} ({names}{rest})"),
        )
        return f"{what}: {', '.join(f'{count:,} {why}' for count, why in reasons if count)}."

    def _deleted(self) -> str:
        return f"{counted(self.gone, 'ticket')} deleted or emptied, not counted."

    def _merged(self) -> str:
        return (
            f"{counted(self.survivor_unknown, 'merged ticket')} not counted; "
            "Zendesk does not say into which they went."
        )

    def _reopened(self) -> str:
        return (
            f"{counted(self.estimated, 'ticket')} opened again before metric events were read; "
            "they count as not solved at first contact."
        )

    def _doubled(self) -> str:
        return f"{counted(self.shadows, 'rating')} left out that a survey response repeats."

    def _scales(self) -> str:
        return f"{counted(self.unscaled, 'survey response')} left out, as no scale is known."


def skipped(source: str, reports: tuple[StreamReport, ...]) -> Iterator[DataNote]:
    """Yield a note for each table that no stream of the account could give.

    One of the two systems of satisfaction is always missing: that alone is worth no note.
    """
    for table in dict.fromkeys(name for one in reports for name in one.stream.tables[:1]):
        of_it = [one for one in reports if table in one.stream.tables]
        if all(one.skipped and not one.failed for one in of_it):
            what = " and no ".join(one.stream.name for one in of_it)
            text = f"{source}: no {what}: the plan has none, or the token may not read them."
            yield DataNote("skipped", source, text, None, table)
