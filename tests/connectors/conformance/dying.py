"""A load that is killed: ``python -m tests.connectors.conformance.dying CASE MOMENT FOLDER URL TOKEN NOW``."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import event

from tasks.store import Store
from tests.connectors.conformance.company import CASES, Company, store_in

PAGE = 2  # the page of the main stream that is not survived


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Deadly(Store):
    """A store that dies around the transaction which enters a page, or the load."""

    moment: str = ""
    stream: str = ""

    @contextmanager
    def writing(self, subject):
        if self.moment == "fold" and subject == "manifest":
            die()
        entered = []
        with Store.writing(self, subject) as connection:

            def look(_connection, _cursor, statement, parameters, *_):
                if statement.startswith("INSERT INTO landed_pages") and self.stream in parameters:
                    entered.append(parameters)

            event.listen(connection, "before_cursor_execute", look)
            yield connection
            if entered and self.moment == "landed" and _is_second(entered[0]):
                die()
        if entered and self.moment == "committed" and _is_second(entered[0]):
            die()


def _is_second(parameters: tuple) -> bool:
    return PAGE - 1 in parameters  # its seq; generation and round are 0


if __name__ == "__main__":
    key, moment, folder, base_url, token, now = sys.argv[1:]
    case = CASES[key]
    plain = store_in(Path(folder))
    store = Deadly(plain.engine, plain.patience_s, moment, case.main)
    Company(case, Path(folder), store, base_url, token).load(datetime.fromisoformat(now))
