"""What should a reader know about what came from Intercom? Each fact is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.connectors.intercom.conversations import Around, Course, customer_of
from tasks.connectors.values import Raw
from tasks.model import DataNote


@dataclass(slots=True)
class Seen:
    """What was met on the way, and how often; ``rule`` is how companies name customers."""

    source: str
    rule: str
    talks: int = 0
    nobody: int = 0
    several: int = 0
    estimated: int = 0
    short: int = 0
    machine: int = 0
    strangers: dict[str, str] = field(default_factory=dict)  # names of companies, by id

    def talk(self, talk: Raw, around: Around) -> None:
        """Count a conversation."""
        self.talks += 1
        self.nobody += customer_of(talk, around) is None

    def took(self, taken: Course) -> None:
        """Count what is not known of the course of a conversation."""
        self.estimated += taken.estimated
        self.short += taken.short

    def notes(self) -> Iterator[DataNote]:
        """Yield one note for each kind of thing that was met."""
        facts = (
            ("no_customer", self._without_customer(), self.nobody, "tickets"),
            ("no_customer", self._unnamed(), len(self.strangers), "customers"),
            ("several", self._of_several(), self.several, "contacts"),
            ("reopened", self._opened_again(), self.estimated, "tickets"),
            ("parts", self._without_parts(), self.short, "tickets"),
        )
        for kind, text, count, table in facts:
            if count:
                yield DataNote(kind, self.source, f"{self.source}: {text}", count, table)

    def _without_customer(self) -> str:
        return (
            f"{self.nobody:,} of {_counted(self.talks, 'conversation')} belong to no customer: "
            "their contacts are of no company that is one."
        )

    def _unnamed(self) -> str:
        companies = _counted(len(self.strangers), "company").replace("companys", "companies")
        return f"{companies} without {self.rule}, which is how a company names its customer."

    def _of_several(self) -> str:
        return (
            f"{_counted(self.several, 'contact')} of several customers; "
            "what they write counts for the first of them."
        )

    def _opened_again(self) -> str:
        return (
            f"{_counted(self.estimated, 'conversation')} opened again, Intercom does not say when; "
            "they count as not solved at first contact."
        )

    def _without_parts(self) -> str:
        return (
            f"{_counted(self.short, 'conversation')} with fewer parts than Intercom counts "
            "(it gives the newest 500); how many replies they took is left empty."
        )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
