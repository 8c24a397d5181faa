"""First reply, solutions, reopenings: the vendor's calendar minutes, to the minute."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks.connectors.zendesk.clocks import Clock, starts_of
from tests.connectors.zendesk.small import AT, metrics, minutes, ticket, times
from tests.facts.drawn import rows_of


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def minutes_of(changed):
    """Return reply, first and full resolution of a ticket in minutes, as a report would."""
    seen, created = times(changed), datetime.fromisoformat(AT)
    return tuple(
        None if moment is None else (moment - created).total_seconds() / 60
        for moment in (seen.first_reply, seen.first_solved, seen.last_solved)
    )


def test_reply_and_resolutions_equal_the_vendors_calendar_minutes():
    solved = ticket(status="solved", metric_set=metrics(replies=1, reply=16, first=90, full=90))
    assert minutes_of(solved) == (16, 90, 90)


def test_no_reply_yet_is_none_and_not_zero():
    assert times(ticket()) == Clock(replies=0)
    assert minutes_of(ticket(metric_set=metrics(reply=0, replies=0))) == (None, None, None)


def test_a_reply_within_the_first_minute_is_zero_minutes():
    assert minutes_of(ticket(metric_set=metrics(reply=0, replies=1)))[0] == 0


def test_messaging_counts_its_first_reply_in_seconds():
    there = metrics(replies=1, reply_time_in_seconds=minutes(45))
    assert minutes_of(ticket(metric_set=there))[0] == 0.75


def test_over_the_change_to_summer_time_calendar_minutes_stay_real_minutes():
    spring = ticket(
        created_at="2026-03-08T01:30:00-05:00",
        metric_set=metrics(replies=1, reply=60),
    )
    assert times(spring).first_reply == at("03-08 07:30")


@pytest.mark.parametrize("status", ["new", "open", "pending", "hold", "something-new"])
def test_an_open_ticket_has_no_last_solution_whatever_its_metrics_remember(status):
    there = metrics(first=30, full=30, reopens=1, solved_at="2026-02-02T09:30:00Z")
    seen = times(ticket(status=status, metric_set=there))
    assert (seen.first_solved, seen.last_solved) == (at("02-02 09:30"), None)


def test_without_minutes_the_instant_of_the_solution_counts():
    there = metrics(solved_at="2026-02-02T10:00:30Z")
    seen = times(ticket(status="closed", metric_set=there))
    assert seen.first_solved == seen.last_solved == datetime(2026, 2, 2, 10, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("there", [None, [], "none"])
def test_a_ticket_without_metrics_says_nothing_rather_than_zero(there):
    assert times(ticket(metric_set=there)) == Clock()


def test_a_reopening_that_no_event_tells_is_taken_to_be_the_earliest_possible():
    there = metrics(replies=1, reopens=1, reply=5, first=30, full=600)
    seen = times(ticket(status="solved", metric_set=there))
    assert (seen.reopened, seen.estimated) == (at("02-02 09:30"), True)


def test_a_reopening_that_an_event_tells_is_when_it_was():
    there = ticket(status="solved", metric_set=metrics(replies=1, reopens=1, first=30, full=600))
    seen = times(there, at("02-02 09:00"), at("02-12 12:00"))
    assert (seen.reopened, seen.estimated) == (at("02-12 12:00"), False)


def test_the_first_of_several_reopenings_counts_and_one_that_is_missing_makes_it_a_guess():
    there = ticket(status="solved", metric_set=metrics(reopens=2, first=30, full=600))
    assert times(there, at("02-03 08:00"), at("02-09 08:00")).reopened == at("02-03 08:00")
    only_the_last = times(there, at("02-09 08:00"))
    assert (only_the_last.reopened, only_the_last.estimated) == (at("02-02 09:30"), True)


def test_whether_a_ticket_was_reopened_is_what_the_metric_set_says():
    there = ticket(status="solved", metric_set=metrics(reopens=0, first=30, full=30))
    assert times(there, at("02-03 08:00")).reopened is None


def events(text):
    return [{**row, "id": number, "type": row.get("type") or "activate"}
            for number, row in enumerate(rows_of(text))]  # fmt: skip


def test_the_starts_of_a_tickets_resolution_clock_in_any_order_and_each_once():
    told = events("""
        ticket_id | metric          | time
        1         | resolution_time | 2026-02-04T08:00:00Z
        2         | resolution_time | 2026-02-03T08:00:00Z
        1         | resolution_time | 2026-02-02T09:00:00Z
    """)
    assert starts_of([*told, *told]) == {
        "1": (at("02-02 09:00"), at("02-04 08:00")),
        "2": (at("02-03 08:00"),),
    }


def test_a_requesters_wait_counts_only_where_there_is_no_other_clock():
    assert starts_of(
        events("""
        ticket_id | metric              | time
        1         | resolution_time     | 2026-02-02T09:00:00Z
        1         | requester_wait_time | 2026-02-02T09:40:00Z
        2         | requester_wait_time | 2026-02-02T09:40:00Z
        """)
    ) == {"1": (at("02-02 09:00"),), "2": (at("02-02 09:40"),)}


def test_other_metrics_other_types_and_events_without_a_time_start_nothing():
    assert (
        starts_of(
            events("""
        ticket_id | metric          | type          | time
        1         | reply_time      | activate      | 2026-02-03T10:00:00Z
        1         | resolution_time | update_status | 2026-02-03T10:00:00Z
        1         | resolution_time | fulfill       | 2026-02-03T10:00:00Z
        1         | resolution_time | activate      | -
        """)
        )
        == {}
    )
