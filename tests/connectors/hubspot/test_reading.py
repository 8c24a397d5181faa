"""Reading HubSpot: nothing is lost, whatever the search, the index and the clocks do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.connectors.hubspot.reading import Reading
from tests.doubles.hubspot import HubSpot


@pytest.fixture
def hubspot():
    with HubSpot() as opened:
        yield opened


def filled(hubspot, rows, kind="contacts"):
    return [hubspot.portal.add(kind) for _ in range(rows)]


def after_the_first_run(hubspot, stream="contacts", **more):
    """A reading whose first run is over, ten minutes ago."""
    reading = Reading(hubspot, stream, more=more)
    reading.run()
    hubspot.portal.pass_time(minutes=10)
    return reading


def test_the_first_run_lists_everything_page_by_page(hubspot):
    ids = filled(hubspot, 250)
    assert Reading(hubspot, "contacts").run() == ids
    assert len(hubspot.asked("listed")) == 3


def test_the_next_run_asks_only_for_what_has_changed(hubspot):
    ids = filled(hubspot, 250)
    hubspot.portal.pass_time(days=1)
    reading = after_the_first_run(hubspot)
    hubspot.portal.change("contacts", ids[7], email="new@acme.example")
    hubspot.portal.pass_time(minutes=6)
    assert reading.run() == [ids[7]]


def test_a_run_without_changes_costs_one_request(hubspot):
    filled(hubspot, 10)
    hubspot.portal.pass_time(days=1)
    reading = after_the_first_run(hubspot)
    before = len(hubspot.requests)
    assert reading.run() == []
    assert len(hubspot.requests) - before == 1


def test_more_than_10000_rows_of_one_millisecond_all_arrive_once_the_pages_are_joined(hubspot):
    reading = after_the_first_run(hubspot)
    ids = filled(hubspot, 10_050)  # a bulk edit: the clock of the portal stands still
    hubspot.portal.pass_time(minutes=30)
    assert set(reading.run()) == set(ids)
    assert len(hubspot.asked("search")) <= 10_050 / 200 + 6
    assert reading.run() == []


def test_the_10001st_row_of_a_window_is_not_asked_for_by_its_number(hubspot):
    reading = after_the_first_run(hubspot)
    ids = []
    for _ in range(103):
        ids += filled(hubspot, 100)
        hubspot.portal.pass_time(seconds=1)
    hubspot.portal.pass_time(minutes=30)
    assert set(reading.run()) == set(ids)
    assert all(asked.json()["after"] == 0 for asked in hubspot.asked("search"))


def test_incremental_and_full_reading_give_equal_counts(hubspot):
    by_and_by = Reading(hubspot, "contacts")
    seen = set()
    for _ in range(5):
        filled(hubspot, 300)
        seen |= set(by_and_by.run())
        hubspot.portal.pass_time(minutes=10)
    seen |= set(by_and_by.run())
    assert len(seen) == len(set(Reading(hubspot, "contacts").run())) == 1500


def test_rows_that_change_during_the_scan_hide_nothing(hubspot):
    reading = after_the_first_run(hubspot)
    ids = []
    for _ in range(10):
        ids += filled(hubspot, 100)
        hubspot.portal.pass_time(seconds=1)
    hubspot.portal.pass_time(minutes=30)

    def touch(_asked):
        for key in ids[:50]:
            hubspot.portal.change("contacts", key, email="again@acme.example")

    hubspot.at("answered", "search", touch)
    seen = set(reading.run())
    hubspot.calm()
    hubspot.portal.pass_time(minutes=10)
    assert seen | set(reading.run()) == set(ids)


def test_rows_that_the_index_shows_late_are_found_by_the_next_run(hubspot):
    reading = after_the_first_run(hubspot)
    hubspot.portal.index_lag = timedelta(minutes=12)
    hubspot.portal.pass_time(minutes=10)
    (late,) = filled(hubspot, 1)
    hubspot.portal.pass_time(minutes=7)
    assert reading.run() == []  # the search does not know it yet, though it is older than the lag
    hubspot.portal.pass_time(minutes=6)
    assert reading.run() == [late]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_wrong_by_ten_minutes_loses_nothing(hubspot, minutes):
    ids = filled(hubspot, 150)
    reading = Reading(hubspot, "contacts")
    wrong = timedelta(minutes=minutes)
    seen = set(reading.run(clock=hubspot.portal.now + wrong))
    for _ in range(6):
        hubspot.portal.pass_time(minutes=4)
        ids += filled(hubspot, 3)
        seen |= set(reading.run(clock=hubspot.portal.now + wrong))
    hubspot.portal.pass_time(minutes=16)
    assert seen | set(reading.run(clock=hubspot.portal.now + wrong)) == set(ids)


def test_a_list_that_was_broken_off_goes_on_and_misses_nothing_that_changed_meanwhile(hubspot):
    ids = filled(hubspot, 250)
    hubspot.portal.pass_time(days=1)
    reading = Reading(hubspot, "contacts")
    seen = reading.run(pages=2)
    assert seen == ids[:200]
    hubspot.portal.pass_time(days=3)
    hubspot.portal.change("contacts", ids[0], email="new@acme.example")
    hubspot.portal.pass_time(minutes=10)
    assert reading.run() == [*ids[200:], *ids[:1]]


def test_every_page_of_a_window_can_be_the_last_before_a_kill(hubspot):
    reading = after_the_first_run(hubspot)
    ids = []
    for _ in range(5):
        ids += filled(hubspot, 150)
        hubspot.portal.pass_time(seconds=1)
    ids += filled(hubspot, 450)
    hubspot.portal.pass_time(minutes=30)
    seen = set()
    while page := reading.run(pages=1):
        seen |= set(page)
    assert seen == set(ids)


def test_a_list_that_repeats_its_cursor_ends_with_an_error(hubspot):
    from tasks.errors import SourceUnavailable
    from tests.doubles.faults import saying

    filled(hubspot, 150)
    page = {"results": [], "paging": {"next": {"after": "7"}}}
    hubspot.order("listed", saying(page), times=50)
    with pytest.raises(SourceUnavailable, match="never end"):
        Reading(hubspot, "contacts").run()
    with pytest.raises(SourceUnavailable, match="never end"):
        Reading(hubspot, "contacts archived").run()


def test_a_search_that_always_gives_the_same_rows_ends_with_an_error(hubspot):
    from tasks.errors import SourceUnavailable
    from tests.doubles.faults import saying

    reading = after_the_first_run(hubspot)
    hubspot.portal.pass_time(minutes=30)
    row = {"id": "5", "properties": {"lastmodifieddate": "2020-01-01T00:00:00.000Z"}}
    hubspot.order("search", saying({"total": 900, "results": [row]}), times=50)
    with pytest.raises(SourceUnavailable, match="never end"):
        reading.run()
    assert len(hubspot.asked("search")) <= 4


def test_tickets_are_read_no_further_back_than_the_configuration_says(hubspot):
    hubspot.portal.add("tickets")
    hubspot.portal.pass_time(days=120)
    young = hubspot.portal.add("tickets")
    hubspot.portal.pass_time(minutes=10)
    assert Reading(hubspot, "tickets", more={"history_months": 3}).run() == [young]


def test_a_deal_comes_with_its_history_and_its_company(hubspot):
    acme = hubspot.portal.add("companies", name="Acme")
    other = hubspot.portal.add("companies", name="Other")
    deal = hubspot.portal.add("deals", dealstage="open", amount="10")
    hubspot.portal.associate("deals", deal, "companies", other)
    hubspot.portal.associate("deals", deal, "companies", acme, "Primary")
    reading = Reading(hubspot, "deals")
    reading.run()
    hubspot.portal.pass_time(minutes=10)
    hubspot.portal.change("deals", deal, dealstage="won")
    hubspot.portal.pass_time(minutes=10)
    (row,) = reading.rows()
    stages = [each["value"] for each in row["propertiesWithHistory"]["dealstage"]]
    assert stages == ["won", "open"]
    assert row["tied"]["companies"] == [
        {"id": other, "primary": False},
        {"id": acme, "primary": True},
    ]


def test_a_record_with_more_ties_than_a_page_holds_has_them_all(hubspot):
    hubspot.portal.associations_per_page = 2
    deal = hubspot.portal.add("deals")
    firms = [hubspot.portal.add("companies") for _ in range(5)]
    for firm in firms:
        hubspot.portal.associate("deals", deal, "companies", firm)
    (row,) = Reading(hubspot, "deals").rows()
    assert [tie["id"] for tie in row["tied"]["companies"]] == firms


def test_what_leaves_between_the_search_and_its_details_is_left_to_the_list_of_deleted(hubspot):
    reading = after_the_first_run(hubspot, "deals")
    gone, stays = hubspot.portal.add("deals"), hubspot.portal.add("deals")
    hubspot.portal.pass_time(minutes=30)
    hubspot.at("decided", "search", lambda _: hubspot.portal.archive("deals", gone))
    assert reading.run() == [stays]
    assert Reading(hubspot, "deals archived").run() == [gone]


def test_a_version_with_a_date_asks_at_its_own_addresses(hubspot):
    deal = hubspot.portal.add("deals", dealstage="open")
    firm = hubspot.portal.add("companies")
    hubspot.portal.associate("deals", deal, "companies", firm)
    reading = Reading(hubspot, "deals", more={"version": "2026-03"})
    assert reading.run() == [deal]
    hubspot.portal.pass_time(minutes=10)
    assert reading.run() == [deal]
    assert [asked.path for asked in hubspot.requests] == [
        "/crm/objects/2026-03/deals",
        "/crm/associations/2026-03/deals/companies/batch/read",
        "/crm/objects/2026-03/deals/search",
        "/crm/objects/2026-03/deals/batch/read",
        "/crm/associations/2026-03/deals/companies/batch/read",
    ]


def test_what_is_to_be_left_out_is_never_asked_for(hubspot):
    hubspot.portal.add("contacts", email="eve@acme.example", jobtitle="CFO")
    (row,) = Reading(hubspot, "contacts", more={"leave_out": ["email"]}).rows()
    assert "email" not in row["properties"]
    assert row["properties"]["jobtitle"] == "CFO"
