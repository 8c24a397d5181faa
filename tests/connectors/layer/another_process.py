"""A sync that dies: ``python -m tests.connectors.layer.another_process MOMENT FOLDER BASE_URL``."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tasks.connectors.landing import land
from tasks.store import Store, open_store
from tests.connectors.layer.asking import at_address
from tests.connectors.layer.desk import around, stream

TICKETS = 25  # that the desk has, ten on a page


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Deadly(Store):
    """A store that dies just before, or just after, one of its writes."""

    moment: str = ""
    at: int = 0
    count: list[int] = field(default_factory=list)

    @contextmanager
    def writing(self, subject):
        self.count.append(1)
        if self.moment == "before" and len(self.count) == self.at:
            die()
        with Store.writing(self, subject) as connection:
            yield connection
        if self.moment == "after" and len(self.count) == self.at:
            die()


def deadly_key(nth):
    calls = []

    def key(row):
        calls.append(1)
        if len(calls) == nth:
            die()
        return str(row["id"])

    return key


if __name__ == "__main__":
    moment, folder, base_url = sys.argv[1:]
    which, _, number = moment.partition("-")
    plain = open_store(f"sqlite:///{folder}/keepwell.db")
    store = Deadly(plain.engine, plain.patience_s, which, int(number))
    tickets = stream()
    if which == "fold":
        tickets = replace(tickets, key=deadly_key(int(number)))
    with at_address(base_url) as asking:
        land("desk", [tickets], asking, around(Path(folder), store))
