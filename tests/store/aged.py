"""A store as an older Keepwell left it: its tables in an older version, with data in them.

``python -m tests.store.aged URL`` opens a store, as the second of two processes at once.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.config import Config

from tasks.store import Outgoing, Store, open_store, put, record
from tasks.store.database import _address, _engine, _let_readers_and_a_writer_work_at_once
from tasks.store.upgrade import MIGRATIONS
from tests.channels.messages import WEEKLY
from tests.store.drawn import NOW, drawn

TO = ("email:ana@example.com", "slack:#weekly")


def aged(url: str, version: str) -> None:
    """Make a store at ``url`` as ``version`` had it: a value in it, and two messages that wait."""
    with Store(_engine(_address(url), 30)) as store:
        if store.engine.dialect.name == "sqlite":
            _let_readers_and_a_writer_work_at_once(store)
        config = Config()
        config.set_main_option("path_separator", "os")
        config.set_main_option("script_location", str(MIGRATIONS))
        with store.writing("schema") as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, version)
        record(store, drawn("value\n2/61"), recorded_at=NOW)
        put(store, [Outgoing(WEEKLY, TO)], company="Acme")


if __name__ == "__main__":
    with open_store(sys.argv[1]):
        pass
