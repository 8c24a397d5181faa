"""What lies in the raw pages: the vendor's own bytes, without what nobody may keep (complaint 33)."""

from __future__ import annotations

import gzip
from dataclasses import replace

import orjson
import pytest

from tasks.connectors.landing import land
from tasks.connectors.latest import latest
from tasks.connectors.pagefiles import write_page
from tasks.connectors.paging import by_cursor
from tasks.connectors.streams import as_it_came
from tasks.errors import SourceRejected
from tasks.store import pages_of, stream_state
from tests.connectors.layer.asking import session
from tests.connectors.layer.desk import Desk, around, stream, turn_at


def pages(asking, cursor, _now):
    """Pages of /tickets that say which answer they are."""

    def ask(at):
        turn, answer = turn_at(asking, "/tickets", at)
        return replace(turn, body=as_it_came(answer, "tickets", turn.rows))

    return by_cursor(ask, cursor)


TICKETS = replace(stream(), pages=pages)


@pytest.fixture
def desk():
    with Desk(tickets=25) as opened:
        yield opened


@pytest.fixture
def here(tmp_path):
    surroundings = around(tmp_path)
    yield surroundings
    surroundings.store.close()


def read(desk, here, of=TICKETS):
    with session(desk) as asking:
        (report,) = land("desk", [of], asking, here)
    return report


def files(here):
    landed = pages_of(here.store, stream_state(here.store, "desk", "tickets"))
    return [here.raw / page.path for page in landed]


def rows(here, of=TICKETS):
    return {row["id"]: row for row in latest("desk", of, here)}


def test_a_page_of_one_answer_is_the_body_byte_by_byte(desk, here):
    said = []
    desk.at("decided", "tickets", lambda asked: said.append(desk.tickets(asked)))
    read(desk, here)
    bodies = [gzip.decompress(path.read_bytes()) for path in files(here)]
    assert [orjson.loads(body) for body in bodies] == said
    assert bodies[0].startswith(b'{"tickets": [{"id": 0, ')
    assert all(path.name.endswith(".tickets.json.gz") for path in files(here))
    assert sorted(rows(here)) == list(range(25))


def test_pages_of_rows_that_were_landed_before_are_still_read(desk, here):
    read(desk, here, stream())
    assert all(path.name.endswith(".jsonl.gz") for path in files(here))
    desk.write(3, "solved")
    read(desk, here)
    assert rows(here)[3]["status"] == "solved"
    assert len(rows(here)) == 25


def test_what_nobody_may_keep_is_in_no_page(desk, here):
    desk.changes[3] |= {"email": "ada@example.com", "via": {"from": [{"email": "a@b.example"}]}}
    of = replace(TICKETS, leave_out=("email",))
    read(desk, here, of)
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in files(here))
    assert b"email" not in kept
    assert rows(here, of)[3]["via"] == {"from": [{}]}


def test_leaving_out_another_field_begins_anew(desk, here):
    read(desk, here)
    report = read(desk, here, replace(TICKETS, leave_out=("email",)))
    assert (report.rows, report.cursor_in) == (25, None)


def test_an_answer_that_lost_its_rows_on_the_disk_is_named(desk, here, tmp_path):
    read(desk, here)
    with gzip.open(files(here)[1], "wb") as file:
        file.write(b'{"other": []}')
    with pytest.raises(SourceRejected, match="cannot be read any more"):
        rows(here)


def test_an_index_that_is_damaged_in_the_middle_is_made_again(desk, here):
    read(desk, here)
    before = rows(here)
    _damage(here)
    assert rows(here) == before
    desk.write(99, "new")
    _damage(here)
    report = read(desk, here)
    assert (report.problem, report.new) == (None, 1)
    assert len(rows(here)) == 26


def test_a_damaged_index_does_not_give_a_row_twice(desk, here):
    desk.changes[:] = [
        {"id": n, "status": "x" * 300, "updated_at": f"{n:09}"} for n in range(4_000)
    ]
    read(desk, here)
    found = latest("desk", TICKETS, here)
    first = [next(found)["id"] for _ in range(3)]
    found.close()
    assert first == [0, 1, 2]


def _damage(here):
    """Leave the first page of the database as it is, and spoil the others."""
    (index,) = (here.raw / "desk/tickets").glob("newest-*.sqlite")
    content = index.read_bytes()
    index.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def test_a_page_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "page.jsonl.gz"
    with pytest.raises(TypeError):
        write_page(path, [{"id": object()}])
    assert list(tmp_path.iterdir()) == []
