"""Every way of paging reads all rows, goes on after a crash, and ends (complaints 1 to 5, 8, 10 to 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from tasks.connectors.api import Rejected
from tasks.connectors.jobs import Job, Part, by_job
from tasks.connectors.paging import (
    Found,
    Slice,
    Turn,
    by_cursor,
    by_last_id,
    by_number,
    by_search,
    by_slices,
    by_time,
)
from tasks.connectors.streams import NoWayOn
from tasks.errors import SourceUnavailable
from tests.connectors.layer.asking import Slept

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=1)
SIZE = 10


def identity(row):
    return row["id"]


def ids(pages):
    return [row["id"] for page in pages for row in page.rows]


def one_after_the_other(begin):
    """Return all pages, each read as if the process had died after the one before."""
    found, cursor = [], None
    for _ in range(10_000):
        page = next(begin(cursor), None)
        if page is None or (not page.rows and page.cursor_out == cursor):
            return found
        found.append(page)
        cursor = page.cursor_out
        if cursor is None or "upto" in cursor:
            return found
    raise AssertionError("it never ends")


def at(second, name):
    return {"id": name, "at": second}


def by_the_second(rows):
    """Return an export by time, inclusive, of ten rows a page; and a way to those of one second."""

    def ask(time):
        since = int(time or 0)
        later = [row for row in rows if row["at"] >= since]
        page = later[:SIZE]
        end = str(page[-1]["at"]) if page else str(since)
        return Turn(tuple(page), end, len(later) > SIZE)

    def flood(time):
        same = [row for row in rows if row["at"] == int(time)]
        yield from (tuple(same[i : i + SIZE]) for i in range(0, len(same), SIZE))

    return ask, flood


def test_rows_of_a_second_on_two_pages_come_once():
    rows = [at(n // 4, f"{n}") for n in range(40)]
    ask, _ = by_the_second(rows)
    assert ids(by_time(ask, None, identity)) == [row["id"] for row in rows]


def test_more_rows_of_one_second_than_a_page_holds_are_all_read():
    rows = [at(1, "first"), *(at(5, f"{n}") for n in range(35)), at(9, "last")]
    ask, flood = by_the_second(rows)
    assert set(ids(by_time(ask, None, identity, flood))) == {row["id"] for row in rows}


def test_without_another_way_to_them_that_is_an_error_and_no_loop():
    ask, _ = by_the_second([at(5, f"{n}") for n in range(35)])
    with pytest.raises(NoWayOn, match="more rows of one moment than a page holds"):
        list(by_time(ask, None, identity))


def test_a_row_that_changed_between_two_pages_comes_again():
    rows = [at(n, f"{n}") for n in range(12)]
    ask, _ = by_the_second(rows)
    pages = by_time(ask, None, identity)
    next(pages)
    rows[9] = rows[9] | {"note": "changed in the same second"}
    assert rows[9] in next(pages).rows


def test_a_time_that_goes_back_ends_it():
    turns = {None: "5", "5": "9", "9": "5"}
    with pytest.raises(NoWayOn, match="back in time"):
        list(by_time(lambda time: Turn((), turns[time], more=True), None, identity))


def test_a_time_that_is_no_matter_to_the_answer_ends_it():
    rows = (at(1, "first"), at(1, "second"))
    pages = by_time(
        lambda time: Turn(rows, time or "5", more=True), "5", identity, lambda _time: iter([rows])
    )
    with pytest.raises(NoWayOn, match="the same for whatever time"):
        list(pages)


def test_a_time_that_stands_still_ends_it_even_if_the_rows_differ():
    made = count()

    def ask(time):
        return Turn((at(1, f"{next(made)}"),), time or "5", more=True)

    pages = by_time(ask, "5", identity, lambda _time: iter([(at(1, f"{next(made)}"),)]))
    with pytest.raises(NoWayOn, match="the same for whatever time"):
        list(pages)


def test_a_cursor_that_leads_back_ends_it():
    turns = {None: "a", "a": "b", "b": "a"}
    pages = by_cursor(lambda cursor: Turn((), turns[cursor], more=True), None)
    with pytest.raises(NoWayOn, match="read before"):
        list(pages)


@dataclass
class Search:
    """A search that shows ten rows a page, and refuses to count past its ceiling."""

    rows: list[dict]
    asked: list = field(default_factory=list)
    change: object = None

    def __call__(self, window):
        self.asked.append(window)
        found = sorted(
            (row for row in self.rows if window.lo <= row["at"] < window.hi),
            key=lambda row: int(row["id"]),
        )
        found = [row for row in found if int(row["id"]) > int(window.last or -1)]
        answer = Found(tuple(found[:SIZE]), len(found))
        if self.change:
            self.change(self)
        return answer

    def read(self, cursor=None, end=END, **more):
        return by_search(
            self,
            cursor,
            identity,
            start=START,
            end=end,
            overlap=timedelta(minutes=15),
            **{"ceiling": 50, **more},
        )


def ms(seconds):
    return int((START + timedelta(seconds=seconds)).timestamp() * 1000)


def numbered(count, second):
    return [{"id": str(n), "at": ms(second(n))} for n in range(count)]


@pytest.mark.parametrize(
    "second",
    [lambda n: n, lambda _n: 7, lambda n: 7 + (n > 300), lambda n: 86_399 - n, lambda n: n % 3],
    ids=["spread", "one moment", "two moments", "backwards", "three moments"],
)
def test_a_search_gives_every_row_however_they_lie(second):
    search = Search(numbered(400, second))
    assert sorted(map(int, ids(search.read()))) == list(range(400))
    assert sorted(map(int, ids(one_after_the_other(search.read)))) == list(range(400))


def test_one_row_over_the_ceiling_splits_the_window():
    search = Search(numbered(51, lambda n: n * 60))
    assert len(set(ids(search.read()))) == 51
    assert [window.hi - window.lo for window in search.asked[:2]] == [86_400_000, 43_200_000]


def test_a_row_that_leaves_the_window_shifts_nothing():
    def touch(search):
        if len(search.asked) == 1:
            search.rows[0] = {"id": "0", "at": ms(90_000)}

    search = Search(numbered(30, lambda n: n), change=touch)
    first = list(search.read())
    assert set(ids(first)) == {str(n) for n in range(30)}
    again = search.read(first[-1].cursor_out, end=END + timedelta(days=1))
    assert ids(again) == ["0"]


def test_the_next_search_begins_before_the_last_one_ended():
    search = Search(numbered(3, lambda n: n))
    (page,) = search.read()
    search.rows.append({"id": "9", "at": ms(86_400 - 60)})  # made before, seen only now
    assert ids(search.read(page.cursor_out, end=END + timedelta(hours=1))) == ["9"]


def test_a_search_that_ignores_where_to_begin_ends():
    def ask(_window):
        return Found(tuple({"id": str(n)} for n in range(SIZE)), 40)

    pages = by_search(ask, None, identity, start=START, end=END, overlap=timedelta(0), ceiling=50)
    with pytest.raises(NoWayOn, match="should begin behind"):
        list(pages)


def listed(rows):
    def ask(last):
        there = [row["id"] for row in rows]
        if last is not None and last not in there:
            raise Rejected("no such object", status=400)
        start = 0 if last is None else there.index(last) + 1
        return Turn(tuple(rows[start : start + SIZE]), None, start + SIZE < len(rows))

    return ask


def test_a_list_behind_ids_is_read_to_its_end():
    rows = [{"id": f"o{n}"} for n in range(35)]
    pages = list(by_last_id(listed(rows), None, identity))
    assert ids(pages) == [row["id"] for row in rows]
    assert pages[-1].cursor_out is None


def is_gone(error):
    return error.status == 400


def test_a_list_whose_object_was_deleted_is_read_again():
    ask = listed([{"id": f"o{n}"} for n in range(15)])
    assert len(ids(by_last_id(ask, "x", identity, is_gone))) == 15
    with pytest.raises(Rejected):
        list(by_last_id(ask, "x", identity))


def losing(*lost):
    """Return the pages of 35 rows, of which some are deleted when the second page was read."""
    rows = [{"id": f"o{n}"} for n in range(35)]
    pages = by_last_id(listed(rows), None, identity, is_gone)
    found = [next(pages), next(pages)]
    rows[:] = [row for row in rows if row["id"] not in lost]
    return [*found, *pages]


def test_a_list_goes_on_behind_the_row_before_the_one_that_was_deleted():
    pages = losing("o19", "o18")
    assert ids(pages) == [f"o{n}" for n in range(35)]
    assert len(pages) == 4


def test_a_list_whose_neighbours_went_too_begins_again_and_no_page_comes_back():
    pages = losing("o19", "o18", "o17")
    assert set(ids(pages)) == {f"o{n}" for n in range(35)}
    begun = [page.cursor_in for page in pages]
    assert len(set(begun)) == len(begun) == 6
    assert [page.cursor_out for page in pages[:-1]] == begun[1:]


def test_a_list_that_loses_the_row_again_and_again_ends():
    def ask(last):
        if last is not None:
            raise Rejected("no such object", status=400)
        return Turn(({"id": "a"},), None, more=True)

    with pytest.raises(NoWayOn, match="again and again"):
        list(by_last_id(ask, None, identity, is_gone))


def test_a_list_in_a_circle_of_two_pages_ends():
    turns = {None: "a", "a": "b", "b": "a"}
    pages = by_last_id(lambda at: Turn(({"id": turns[at]},), None, more=True), None, identity)
    with pytest.raises(NoWayOn, match="asked to begin behind"):
        list(pages)


def test_numbered_pages_begin_again_before_the_vendor_refuses():
    rows = [{"id": str(n), "at": f"{n // 2:04}"} for n in range(200)]
    asked = []

    def ask(since, number):
        asked.append(number)
        later = [row for row in rows if row["at"] >= (since or "")]
        page = later[(number - 1) * SIZE : number * SIZE]
        return Turn(tuple(page), None, number * SIZE < len(later))

    pages = list(by_number(ask, None, lambda row: row["at"], ceiling=3))
    assert set(ids(pages)) == {row["id"] for row in rows}
    assert max(asked) == 3
    assert pages[-1].cursor_out == "0099#1"


def test_more_rows_of_a_moment_than_numbered_pages_reach_is_an_error():
    rows = tuple({"id": str(n), "at": "1"} for n in range(SIZE))
    with pytest.raises(NoWayOn):
        list(by_number(lambda _since, _number: Turn(rows, None, more=True), None, lambda _: "1"))


def sliced(ask, cursor=None, days=180):
    return by_slices(
        ask,
        cursor,
        start=START,
        end=START + timedelta(days=days),
        longest=timedelta(days=30),
        again=timedelta(days=2),
    )


def test_six_months_are_asked_for_in_six_slices():
    asked = []

    def ask(lo, hi, token):
        asked.append((hi - lo, token))
        return Slice(({"id": f"{lo:%m-%d}"},), None, (lo, hi))

    pages = list(sliced(ask))
    assert asked == [(timedelta(days=30), None)] * 6
    asked.clear()
    list(sliced(ask, pages[-1].cursor_out, days=181))
    assert asked == [(timedelta(days=3), None)]


def test_a_slice_that_covers_less_than_asked_for_is_an_error():
    with pytest.raises(NoWayOn, match="gave less than the time"):
        list(sliced(lambda lo, hi, _: Slice((), None, (lo + timedelta(days=1), hi))))


def test_a_token_that_ran_out_has_its_slice_read_again():
    asked = []

    def ask(lo, hi, token):
        asked.append(token)
        if token == "t" and asked.count("t") == 1:
            raise Rejected("the token ran out", status=400)
        return Slice(({"id": token or "-"},), None if token else "t")

    assert ids(sliced(ask, days=30)) == ["-", "-", "t"]


@dataclass
class Export:
    """A job that takes three looks to be done, and has 25 rows in three parts."""

    orders: int = 0
    looks: int = 0
    gone: set = field(default_factory=set)
    rows: int = 25

    def job(self):
        return Job(self.order, self.is_done, self.part, lambda _id: 25)

    def order(self):
        self.orders += 1
        return f"j{self.orders}"

    def is_done(self, number):
        if number in self.gone:
            raise Rejected("no such job", status=404)
        self.looks += 1
        return self.looks >= 3

    def part(self, _number, at):
        start = int(at or 0)
        rows = tuple({"id": str(n)} for n in range(start, min(self.rows, start + SIZE)))
        return Part(rows, str(start + SIZE) if start + SIZE < self.rows else None)


def test_a_job_is_ordered_awaited_and_read():
    export, slept = Export(), Slept()
    assert len(ids(by_job(export.job(), None, slept.world()))) == 25
    assert (export.orders, slept.pauses) == (1, [2.0, 3.0])


def test_a_job_is_read_on_where_it_was_left():
    export, slept = Export(), Slept()
    pages = one_after_the_other(lambda cursor: by_job(export.job(), cursor, slept.world()))
    assert (len(ids(pages)), export.orders) == (25, 1)


def test_a_job_the_vendor_threw_away_is_ordered_again():
    export, slept = Export(), Slept()
    first = next(by_job(export.job(), None, slept.world()))
    export.gone.add("j1")
    assert len(ids(by_job(export.job(), first.cursor_out, slept.world()))) == 25
    assert export.orders == 2


def test_a_job_that_lost_rows_is_an_error():
    with pytest.raises(NoWayOn, match="gave 21 rows of a job that has 25"):
        list(by_job(Export(rows=21).job(), None, Slept().world()))


def test_a_job_that_is_never_done_is_left_after_an_hour():
    export, slept = Export(looks=-(10**6)), Slept()
    with pytest.raises(SourceUnavailable, match="not done after an hour"):
        list(by_job(export.job(), None, slept.world()))
    assert 3500 < sum(slept.pauses) <= 3600
