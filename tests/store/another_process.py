"""What a second process does to a store: ``python -m tests.store.another_process WHAT URL``."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from datetime import timedelta

from tasks.facts.load import LakeFile
from tasks.store import Load, entries, open_store, record, swap
from tasks.store.leases import claim
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


if __name__ == "__main__":
    does = {"open": open_it, "record": record_it, "die": die_in_a_swap, "claim": claim_and_die}
    does[sys.argv[1]](sys.argv[2])
