"""Is what goes or comes without a word found within a week? Complaints 19, 21, 31."""

from __future__ import annotations

from tests.connectors.conformance.company import tables_of

WEEK = 7 * 24 * 60


def listings(here):
    """The streams that list ids."""
    return [each for each in here.company.streams if each.every is not None]


def kinds(folded):
    return [note.kind for note in folded.notes]


def test_what_vanished_without_a_word_is_found_by_the_weekly_listing(here):
    here.read()
    check = here.case.vanish(here.vendor)
    here.wait(WEEK + 60)
    folded = here.read()
    check(tables_of(folded))
    (text,) = [note.text for note in folded.notes if note.kind == "drift"]
    assert "1 that we had are gone there" in text
    assert here.case.reconciled in text


def test_ids_are_listed_once_a_week_not_by_the_first_run_and_agree(here):
    found = []
    for minutes in (WEEK - 60, 120, 0):
        folded = here.read()
        assert (folded.problems, "drift" in kinds(folded)) == ((), False)
        landed = {each.name: here.company.landed(each.name, here.now) for each in listings(here)}
        found.append(any(landed.values()))
        here.wait(minutes)
    assert found == [False, False, True]
    ours = here.company.landed(here.case.reconciled, here.now)
    assert landed[f"{here.case.reconciled} listed"] == ours


def test_the_report_of_a_run_has_the_vendors_own_count(here):
    if not here.case.counted:
        return
    here.read()
    there = here.case.counts(here.vendor)[here.case.main]
    counted = f"source: {here.case.main}: the vendor counts {there}, we have {there}"
    assert counted in here.company.told
    assert here.read_main().server_total is None  # without news nobody is asked
    here.case.add(here.vendor)
    here.wait()
    assert here.read_main().server_total == there + 1
