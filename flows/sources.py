"""Can every source be read that the configuration names? One page of each, which nobody keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from flows.untouched import is_there
from tasks.config import Settings
from tasks.connectors.reaching import Looked, Reached, reached
from tasks.extract import surroundings
from tasks.store import open_store

HOUR, DAY = 3600, 86400
ABSENT = "the plan has none of it, or the credential may not read it; what needs it has no data."


@dataclass(frozen=True, slots=True)
class Reading:
    """How one source stands, told at ``now``."""

    found: Reached
    now: datetime

    @property
    def problems(self) -> tuple[str, ...]:
        """What is in the way, as sentences."""
        return tuple(one.problem for one in self.found.streams if one.problem)

    def __str__(self) -> str:
        """Return a line for the source, and one for each stream that is not as it should be."""
        name = self.found.source
        odd = [_line(name, one) for one in self._odd()]
        more = [f"{name}: {one.stream}: {one.told}." for one in self.found.streams if one.told]
        notes = [f"{name}: {note}" for note in self.found.notes]
        return "\n".join([f"{name}: {self._standing()}", *odd, *more, *notes])

    @property
    def facts(self) -> dict[str, object]:
        """The same for JSON."""
        return {
            "source": self.found.source,
            "requests_left": self.found.left,
            "about": self.found.about,
            "problems": list(self.problems),
            "notes": list(self.found.notes),
            "streams": [_facts(one) for one in self.found.streams],
        }

    def _odd(self) -> Iterator[Looked]:
        """Yield the streams that are not as they should be; of those refused alike the first."""
        refused = next((one for one in self.found.streams if one.is_refused), None)
        for one in self.found.streams:
            if (one.problem or one.absent) and (not one.is_refused or one is refused):
                yield one

    def _standing(self) -> str:
        streams = self.found.streams
        well = sum(not one.problem and not one.absent for one in streams)
        upto = [one.upto for one in streams if not one.absent]
        oldest = min((one for one in upto if one is not None), default=None)
        parts = [self.found.about] if self.found.about else []
        parts.append(f"{well} of {len(streams)} streams answer")
        if None in upto or oldest is None:
            parts.append("not read yet" if oldest is None else "some were never read to their end")
        else:
            parts.append(f"read until {_told(oldest, self.now)}")
        last = max((one.last for one in streams if one.last is not None), default=None)
        parts += [f"last rows {_told(last, self.now)}"] if last else []
        parts += [f"{self.found.left:,} requests left"] if self.found.left is not None else []
        return f"{'; '.join(parts)}."


def _line(source: str, one: Looked) -> str:
    """Return what is wrong with a stream; most problems say themselves where they are."""
    said = one.problem or ABSENT
    return said if said.startswith(f"{source}: ") else f"{source}: {one.stream}: {said}"


def _facts(one: Looked) -> dict[str, object]:
    return {
        "stream": one.stream,
        "answers": not one.problem and not one.absent,
        "absent": one.absent,
        "problem": one.problem,
        "told": one.told,
        "read_until": one.upto.isoformat() if one.upto else None,
        "last_rows_at": one.last.isoformat() if one.last else None,
    }


def _told(moment: datetime, now: datetime) -> str:
    age = max(0.0, (now - moment).total_seconds())
    ago = f"{age / DAY:.0f} days" if age >= 2 * DAY else f"{age / HOUR:.0f} h"
    return f"{moment:%Y-%m-%d %H:%M} UTC ({ago} ago)"


def readings(settings: Settings, now: datetime) -> Iterator[Reading]:
    """Yield how each source stands that is asked over the network."""
    store = open_store(settings.store_url) if is_there(settings) else nullcontext()
    with store as there:
        around = surroundings(settings, now, there)
        for source in settings.sources:
            found = reached(source, around)
            if found is not None:
                yield Reading(found, now)
