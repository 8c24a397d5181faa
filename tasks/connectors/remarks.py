"""What was odd about the rows of a source? Each kind of oddness is counted, and told once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tasks.model import DataNote

SHOWN = 40  # letters of a bad value that are shown


@dataclass(slots=True)
class Remarks:
    """What was odd about the rows of one source, each kind of oddness counted once."""

    source: str
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    _said: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, table: str, text: str) -> None:
        """Count one row of ``table`` that ``text`` is true of."""
        self._seen[table, text] += 1

    def say(self, table: str, text: str, count: int) -> None:
        """Say something about ``count`` rows of ``table`` that has been counted already."""
        self._said.append((table, text, count))

    def bad(self, table: str, what: str, value: str) -> None:
        """Count one value that is not what it should be."""
        shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
        self.add(table, f"{what} is given as '{shown}', which cannot be read and is left empty")

    def notes(self) -> tuple[DataNote, ...]:
        """Return a note for each kind of oddness, in a fixed order."""
        counted = [
            (table, f"{text} ({count:,} {'row' if count == 1 else 'rows'} of {table})", count)
            for (table, text), count in self._seen.items()
        ]
        return tuple(
            DataNote("mapping_issue", self.source, f"{self.source}: {text}.", count, table)
            for table, text, count in sorted([*counted, *self._said])
        )
