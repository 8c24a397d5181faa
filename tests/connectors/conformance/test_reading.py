"""Is everything read, once, and again only what is new? Complaints 6, 7, 18, 19, 20, 31."""

from __future__ import annotations

from datetime import timedelta

from tests.connectors.conformance.company import CASES, tables_of
from tests.connectors.conformance.conftest import APIS


def test_every_connector_of_an_api_has_its_case():
    assert set(APIS) == set(CASES)


def test_pages_are_read_to_the_end_and_the_counts_are_the_vendors(here):
    folded = here.read()
    assert folded.problems == ()
    found = {name: here.company.landed(name, here.now) for name in here.case.counts(here.vendor)}
    assert found == here.case.counts(here.vendor)
    assert here.pages_asked() >= 3


def test_a_second_run_without_a_change_adds_nothing(here):
    first = here.tables()
    asked = len(here.vendor.requests)
    here.wait()
    again = here.read()
    assert (again.problems, tables_of(again)) == ((), first)
    assert len(here.vendor.requests) - asked <= asked


def test_a_row_that_changes_while_it_is_read_is_in_the_next_run(here):
    checks = []
    here.vendor.at(
        "answered",
        here.case.route,
        lambda asked: (
            checks.append(here.case.change(here.vendor))
            if here.case.is_page(asked) and not checks
            else None
        ),
    )
    here.read()
    here.wait()
    (check,) = checks
    check(here.tables())


def test_deletes_merges_and_archives_are_seen(here):
    here.read()
    for later in (False, True):
        here.wait()
        checks = [one.happens(here.vendor) for one in here.case.events if one.later is later]
        here.wait()
        tables = here.tables()
        for check in checks:
            check(tables)


def test_a_clock_that_is_wrong_by_ten_minutes_changes_nothing(here):
    there = here.case.counts(here.vendor)[here.case.main]
    for minutes in (10, -10, 0):
        here.skew = timedelta(minutes=minutes)
        here.read()
        here.wait(1)
        here.case.add(here.vendor)
    here.wait()
    here.read()
    assert here.company.landed(here.case.main, here.now) == there + 3


def test_of_two_runs_at_once_one_wins_and_the_other_leaves(here):
    second = []

    def come_second(asked):
        if here.case.is_page(asked) and not second:
            second.append(None)
            second[0] = here.read()

    here.vendor.at("received", here.case.route, come_second)
    first = here.read()
    (left,) = second
    assert (first.problems, left.problems, left.tables) == ((), (), {})
    assert [note.text for note in left.notes] == [
        "source: being read by another process; what was loaded stays as it is."
    ]
    assert set(left.failed) >= set(first.tables) - {"survey_sends"}
    here.vendor.calm()
    here.wait()
    assert here.tables() == tables_of(first)
