"""What a second process does to a store: ``python -m tests.store.another_process WHAT URL``."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from datetime import timedelta

from tasks.alerts.due import Occasion, due
from tasks.errors import Overtaken
from tasks.facts.load import LakeFile
from tasks.store import Load, Outgoing, entries, open_store, record, swap
from tasks.store.episodes import episodes, newest_episodes
from tasks.store.episodes import record as record_alerts
from tasks.store.leases import claim
from tasks.store.telling import Notice, tell
from tests.alerts.lives import lived, signs
from tests.channels.messages import WEEKLY
from tests.store.drawn import NOW, drawn

MANY = "dimension | segment | value\n" + "\n".join(f"plan | Plan {n} | {n}" for n in range(400))


class DeadlyRows(Collection):
    """Rows that kill the process when they are read, as a power cut would."""

    def __len__(self):
        return 1

    def __contains__(self, row):
        return False

    def __iter__(self):
        os._exit(9)


def lake_file(load, table="customers", source="crm", ym="all"):
    path = f"facts/{table}/ym={ym}/part-{load}-{source}.parquet"
    return LakeFile(source, table, path, ym, 10, 1000, load)


def open_it(url):
    with open_store(url):
        pass


def record_it(url):
    with open_store(url) as store:
        result = record(store, drawn(MANY), recorded_at=NOW)
    sys.stdout.write(f"{result.new} {result.unchanged} {len(result.restated)}")


def die_in_a_swap(url):
    later = NOW + timedelta(days=1)
    load = Load("two", "crm", later, files=[lake_file("two")], quarantined=DeadlyRows())
    with open_store(url) as store:
        swap(store, load)


def claim_and_die(url):
    store = open_store(url)
    claim(store, [one.id for one in entries(store)])
    os._exit(0)


def watch_an_alert(url):
    """Open an alert and tell it, as two schedulers at once would; print how many were told."""
    told = 0
    with open_store(url) as store:
        for _ in range(3):
            try:
                last = next(iter(newest_episodes(store).values()), None)
                record_alerts(store, lived(signs("!"), last), today=NOW.date())
                owed = due(episodes(store), (), Occasion(NOW.date()))
                to = (Outgoing(WEEKLY, ("email:ana@example.com",)),)
                notices = [Notice(one.push, (one.episode,), to) for one in owed]
                tell(store, notices, company="Tiny", today=NOW.date())
                told += len(notices)
            except Overtaken:
                continue
    sys.stdout.write(str(told))


def open_an_alert_and_die(url):
    record_alerts(open_store(url), lived(signs("!")), today=NOW.date())
    os._exit(9)


if __name__ == "__main__":
    does = {
        "open": open_it,
        "record": record_it,
        "die": die_in_a_swap,
        "claim": claim_and_die,
        "alert": watch_an_alert,
        "open and die": open_an_alert_and_die,
    }
    does[sys.argv[1]](sys.argv[2])
