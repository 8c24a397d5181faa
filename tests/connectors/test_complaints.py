"""Which test answers which complaint? Each that touches what we have is a test by the name of the fact.

The numbers are those of our reference on connectors, section 4.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGING, LANDING, ASKING, PACE = (
    f"layer/test_{name}.py" for name in ("paging", "landing", "asking", "pace")
)
READING, FAULTS, KILLED, SECRETS, RECONCILING = (
    f"conformance/test_{name}.py"
    for name in ("reading", "faults", "killed", "secrets", "reconciling")
)
HUB_READING, HUB_FAULTS, HUB_DEALS, HUB_CUSTOMERS, HUB_SUPPORT, HUB_VALUES, HUB_WHOLE = (
    f"hubspot/test_{name}.py"
    for name in ("reading", "faults", "deals", "customers", "support", "values", "end_to_end")
)
ZEN_STREAMS, ZEN_LISTINGS, ZEN_WHOLE, ZEN_CLOCKS, ZEN_VALUES, ZEN_SURVEYS, ZEN_TICKETS = (
    f"zendesk/test_{name}.py"
    for name in ("streams", "listings", "extraction", "clocks", "values", "surveys", "tickets")
)
TYPE_READING, TYPE_ANSWERS = (f"typeform/test_{name}.py" for name in ("reading", "answers"))
ZOOM_SLICES = "zoom/test_slices.py"
FRESH_READING, FRESH_MAPPING = (f"freshdesk/test_{name}.py" for name in ("reading", "mapping"))
INTER_READING, INTER_MAPPING = (f"intercom/test_{name}.py" for name in ("reading", "mapping"))
STRIPE_READING, STRIPE_HISTORY, STRIPE_PRICES = (
    f"stripe/test_{name}.py" for name in ("reading", "history", "prices")
)
SALES_READING = "salesforce/test_reading.py"
TESTS = {
    1: (
        (PAGING, "test_more_rows_of_one_second_than_a_page_holds_are_all_read"),
        (ZEN_STREAMS, "test_a_flood_of_tickets_in_one_second_loses_nothing"),
        (ZEN_STREAMS, "test_a_flood_of_organizations_in_one_second_neither_loops_nor_loses_any"),
        (ZEN_STREAMS, "test_a_flood_of_metric_events_in_one_second_is_read_another_way"),
        (TYPE_READING, "test_more_responses_of_one_second_than_a_page_holds_are_all_read"),
        (FRESH_READING, "test_more_tickets_of_one_second_than_a_page_holds_all_come_once"),
        (SALES_READING, "test_many_more_rows_of_one_moment_than_a_page_holds_are_all_read"),
        ("rt/test_reading.py", "test_more_tickets_of_one_second_than_a_page_holds_all_come_once"),
        ("gainsight/test_reading.py", "test_many_rows_of_one_moment_are_all_read"),
    ),
    2: (
        (
            HUB_READING,
            "test_more_than_10000_rows_of_one_millisecond_all_arrive_once_the_pages_are_joined",
        ),
        (HUB_READING, "test_the_10001st_row_of_a_window_is_not_asked_for_by_its_number"),
        (HUB_READING, "test_incremental_and_full_reading_give_equal_counts"),
    ),
    3: (
        (FAULTS, "test_a_cursor_that_comes_again_ends_the_stream"),
        (PAGING, "test_a_time_that_stands_still_ends_it_even_if_the_rows_differ"),
        (ZEN_LISTINGS, "test_a_list_whose_cursors_go_in_a_circle_ends"),
        (ZEN_STREAMS, "test_exports_that_always_name_a_next_page_end_all_the_same"),
        (HUB_READING, "test_a_search_that_always_gives_the_same_rows_ends_with_an_error"),
    ),
    4: ((ZEN_STREAMS, "test_organizations_go_on_from_the_end_time_of_each_page"),),
    5: (
        (ZEN_STREAMS, "test_a_row_stamped_at_the_checkpoint_second_and_shown_later_is_not_lost"),
        (HUB_READING, "test_rows_that_the_index_shows_late_are_found_by_the_next_run"),
        (TYPE_READING, "test_a_response_that_is_shown_half_an_hour_late_is_not_lost"),
        (SALES_READING, "test_a_row_that_is_shown_late_is_in_the_next_run"),
        (STRIPE_READING, "test_an_event_that_comes_late_is_not_lost"),
    ),
    6: ((READING, "test_a_clock_that_is_wrong_by_ten_minutes_changes_nothing"),),
    7: (
        (READING, "test_a_second_run_without_a_change_adds_nothing"),
        (LANDING, "test_the_same_rows_again_change_nothing"),
        (ZEN_STREAMS, "test_overlapping_pages_and_second_runs_make_no_duplicates"),
        (HUB_FAULTS, "test_reading_again_what_was_read_makes_no_duplicates"),
    ),
    8: (
        (
            FRESH_READING,
            "test_the_time_to_begin_with_is_always_sent_so_that_more_than_30_days_come",
        ),
        (FRESH_READING, "test_no_page_beyond_the_last_is_asked_for"),
        (FRESH_READING, "test_the_search_which_ends_at_300_rows_is_asked_for_its_count_only"),
    ),
    9: (
        (INTER_READING, "test_a_contact_changed_earlier_on_the_day_of_the_last_run_is_kept"),
        (INTER_READING, "test_more_than_ten_thousand_companies_all_come"),
        (INTER_READING, "test_a_scroll_that_breaks_begins_anew_and_loses_nothing"),
        (INTER_READING, "test_another_scroll_that_is_open_is_waited_for"),
    ),
    10: (
        (ZOOM_SLICES, "test_six_months_are_asked_for_in_six_slices_that_leave_no_gap"),
        (ZOOM_SLICES, "test_less_time_than_asked_for_is_an_error_not_a_silence"),
        (ZOOM_SLICES, "test_a_slice_whose_token_ran_out_is_read_again"),
        (ZOOM_SLICES, "test_calls_come_under_the_older_name_the_newer_or_both_and_count_once"),
    ),
    11: ((ZEN_LISTINGS, "test_no_list_is_asked_for_by_the_number_of_a_page"),),
    12: (
        (STRIPE_READING, "test_the_object_a_page_begins_behind_is_deleted_meanwhile"),
        (STRIPE_PRICES, "test_more_than_ten_items_are_all_read"),
        (STRIPE_READING, "test_canceled_subscriptions_are_listed_as_well"),
    ),
    13: (
        (FAULTS, "test_the_vendors_hint_is_how_long_is_waited"),
        (HUB_FAULTS, "test_the_limit_of_a_day_stops_everything_with_one_error"),
        (ZOOM_SLICES, "test_without_any_headers_it_waits_longer_each_time"),
        (ZOOM_SLICES, "test_the_limit_of_a_day_stops_everything_at_once"),
        (SALES_READING, "test_used_up_requests_come_as_403_and_end_the_run"),
        (INTER_READING, "test_the_second_in_which_there_is_more_is_what_is_waited_for"),
    ),
    14: (
        (FAULTS, "test_what_goes_wrong_for_a_moment_passes"),
        (FAULTS, "test_what_stays_wrong_is_one_clear_error_and_the_next_run_goes_on"),
        (FAULTS, "test_an_error_inside_200_is_an_error"),
        (FAULTS, "test_a_vendor_that_stalls_is_left_after_the_time_that_was_set"),
        (FAULTS, "test_one_stream_that_fails_leaves_the_others_alone_and_ends_as_one_error"),
        (ASKING, "test_what_stays_wrong_ends_as_one_clear_error"),
        ("gainsight/test_reading.py", "test_a_no_with_status_200_is_one_clear_error"),
    ),
    15: ((KILLED, "test_killed"), ("layer/test_killed.py", "test_killed_at")),
    16: (
        (FAULTS, "test_a_token_that_runs_out_in_the_middle_is_renewed_or_told_once"),
        (PACE, "test_threads_that_need_a_new_token_at_once_get_one_between_them"),
        (PACE, "test_a_renewal_that_fails_once_is_tried_again"),
    ),
    17: (
        (FAULTS, "test_what_the_plan_does_not_have_is_a_note_and_no_data"),
        (HUB_FAULTS, "test_what_the_plan_does_not_have_is_a_note_and_no_data_never_nothing"),
    ),
    18: (
        (READING, "test_of_two_runs_at_once_one_wins_and_the_other_leaves"),
        (LANDING, "test_who_comes_second_leaves_it_to_the_first"),
    ),
    19: (
        (READING, "test_deletes_merges_and_archives_are_seen"),
        (RECONCILING, "test_what_vanished_without_a_word_is_found_by_the_weekly_listing"),
        (HUB_WHOLE, "test_what_is_deleted_leaves_and_what_is_restored_comes_back"),
        (HUB_CUSTOMERS, "test_merged_companies_stand_for_their_survivor"),
        (HUB_CUSTOMERS, "test_owners_who_left_are_there_and_not_active"),
    ),
    20: (
        (ZEN_STREAMS, "test_archived_tickets_are_there_after_a_fresh_start"),
        (ZEN_WHOLE, "test_deleted_restored_scrubbed_and_merged_tickets"),
        (ZEN_LISTINGS, "test_what_was_deleted_or_merged_stays_in_the_raw_pages"),
    ),
    21: (
        (SALES_READING, "test_a_deleted_account_goes_and_comes_back_from_the_recycle_bin"),
        (SALES_READING, "test_an_account_that_was_destroyed_is_seen_in_the_log_of_deleted_ones"),
        (
            SALES_READING,
            "test_of_a_merge_the_master_stands_for_the_other_and_has_its_opportunities",
        ),
        (
            SALES_READING,
            "test_a_formula_that_changes_without_the_row_is_seen_by_the_weekly_refresh",
        ),
    ),
    22: (
        (STRIPE_HISTORY, "test_a_subscription_that_is_deleted_has_ended"),
        (STRIPE_HISTORY, "test_a_trial_becomes_a_subscription_older_than_what_was_asked_for"),
        (STRIPE_READING, "test_who_comes_back_after_the_events_are_gone_reads_everything"),
        (STRIPE_READING, "test_what_no_event_is_read_of_is_read_whole_each_time"),
        ("stripe/test_mrr.py", "test_mrr_is_as_worked_out_by_hand"),  # of customers deleted, too
    ),
    23: (
        (INTER_READING, "test_a_merged_contact_leaves_within_a_week_and_what_it_wrote_stays"),
        (INTER_READING, "test_parts_are_counted_and_what_is_missing_is_told"),
    ),
    24: (
        (ZEN_CLOCKS, "test_reply_and_resolutions_equal_the_vendors_calendar_minutes"),
        (ZEN_CLOCKS, "test_no_reply_yet_is_none_and_not_zero"),
        (ZEN_CLOCKS, "test_over_the_change_to_summer_time_calendar_minutes_stay_real_minutes"),
        (HUB_SUPPORT, "test_a_ticket_nobody_has_answered_has_no_first_reply"),
        (INTER_MAPPING, "test_how_long_somebody_waited_is_what_intercom_counts"),
        (
            "zendesk/test_extraction.py",
            "test_the_only_schedule_is_every_tickets_and_of_several_none_is",
        ),
        (
            "../kpis/test_support.py",
            "test_business_minutes_skip_nights_weekends_and_the_missing_hour",
        ),
    ),
    25: (
        (HUB_DEALS, "test_a_deal_closes_on_the_day_of_the_portal_whatever_the_day_in_utc"),
        (HUB_WHOLE, "test_a_deal_won_late_on_the_last_of_a_month_is_in_that_month"),
    ),
    26: (
        (ZEN_VALUES, "test_a_custom_field_whose_type_differs_by_row_never_breaks_a_run"),
        (ZEN_VALUES, "test_a_custom_field_that_was_renamed_or_deleted_names_no_customer"),
        (HUB_CUSTOMERS, "test_properties_of_any_type_and_missing_ones_break_nothing"),
        (HUB_WHOLE, "test_properties_that_come_and_go_never_break_a_run"),
    ),
    27: (
        (ZEN_VALUES, "test_every_notation_of_an_instant_is_one_utc_instant"),
        (HUB_VALUES, "test_instants"),
    ),
    28: (
        (STRIPE_PRICES, "test_currencies_have_no_two_or_three_digits"),
        (STRIPE_PRICES, "test_tiers_that_nobody_tells_are_taken_from_the_last_invoice"),
        (STRIPE_PRICES, "test_usage_is_no_mrr"),
        (STRIPE_PRICES, "test_a_whole_price_taken_off_is_free"),
        (STRIPE_PRICES, "test_so_many_at_a_price_each"),
        (STRIPE_PRICES, "test_years_quarters_weeks_and_days_come_to_months"),
    ),
    29: (
        (HUB_SUPPORT, "test_an_nps_from_1_to_10_is_refused"),
        (TYPE_ANSWERS, "test_an_nps_asked_from_1_to_10_is_refused_not_rescaled"),
        (ZEN_SURVEYS, "test_offers_are_no_answers"),
        (ZEN_WHOLE, "test_old_ratings_and_new_answers_of_one_ticket_count_once"),
        (FRESH_MAPPING, "test_ratings_are_seven_signed_numbers"),
        (INTER_MAPPING, "test_a_rating_that_nobody_gave_is_no_answer_but_was_asked_for"),
    ),
    30: (
        (ZEN_TICKETS, "test_a_channel_nobody_has_heard_of_stays_what_it_is"),
        (ZEN_WHOLE, "test_calls_and_a_word_nobody_knows"),
        (HUB_SUPPORT, "test_unknown_words_are_kept_and_told"),
        (FRESH_MAPPING, "test_a_source_that_is_unknown_is_another_and_noted"),
    ),
    31: (
        (READING, "test_pages_are_read_to_the_end_and_the_counts_are_the_vendors"),
        (RECONCILING, "test_the_report_of_a_run_has_the_vendors_own_count"),
        (HUB_WHOLE, "test_the_report_of_a_run_counts_what_hubspot_counts"),
        (ZEN_STREAMS, "test_our_count_of_tickets_is_the_servers"),
    ),
    32: (
        ("layer/test_memory.py", "test_no_more_than_two_pages_are_held_however_many_there_are"),
        ("sql/test_memory.py", "test_memory_is_a_matter_of_pages"),
        ("stripe/test_aside.py", "test_no_line_of_an_invoice_stays_until_all_are_read"),
    ),
    33: (
        (SECRETS, "test_the_token_is_in_no_log_error_file_state_or_report"),
        (SECRETS, "test_a_field_that_nobody_may_keep_is_in_no_file"),
    ),
}


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((HERE / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("number", TESTS)
def test_a_complaint_is_answered_by_tests_that_exist(number):
    missing = [name for path, name in TESTS[number] if name not in names_in(path)]
    assert missing == []


def test_every_complaint_is_answered():
    assert sorted(TESTS) == list(range(1, 34))
