"""Is memory a matter of pages, however many rows there are? Complaint 32."""

from __future__ import annotations

import gc
from dataclasses import replace
from itertools import pairwise

from tasks.connectors.landing import land
from tasks.connectors.latest import latest
from tasks.connectors.streams import Page
from tests.connectors.layer.asking import session
from tests.connectors.layer.desk import Desk, around, stream

PAGES, SIZE = 40, 25


class Row(dict):
    """A row that can be counted as long as it lives."""

    alive = 0

    def __init__(self, number):
        super().__init__(id=number, status="new", updated_at="1")
        Row.alive += 1

    def __del__(self):
        Row.alive -= 1


def test_no_more_than_two_pages_are_held_however_many_there_are(tmp_path):
    most = []

    def pages(_session, _cursor, _now):
        for before, after in pairwise(range(PAGES + 1)):
            rows = tuple(Row(before * SIZE + number) for number in range(SIZE))
            most.append(Row.alive)
            yield Page(rows, str(before) if before else None, str(after))

    here = around(tmp_path)
    with Desk() as desk, session(desk) as asking, here.store:
        of = replace(stream(), pages=pages)
        (report,) = land("desk", [of], asking, here)
        assert report.rows == PAGES * SIZE
        assert max(most) <= 2 * SIZE
        assert sum(1 for _ in latest("desk", of, here)) == PAGES * SIZE
    gc.collect()
    assert Row.alive == 0
