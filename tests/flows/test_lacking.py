"""What would add most is named first, and what was brought counts for the steps after it."""

from __future__ import annotations

from flows.lacking import steps, told

LACKING = {
    "renewal_rate": ("contracts",),
    "csat": ("survey_responses",),
    "tickets_per_seat": ("licenses", "tickets"),
    "ticket_volume": ("tickets",),
    "fcr_rate": ("tickets.replies_before_first_solve",),
    "nps": ("survey_responses",),
}


def test_most_kpis_of_the_scorecard_first_and_two_needs_last():
    found = steps(LACKING, ("nps", "csat", "renewal_rate"))
    assert [(step.needs, step.adds) for step in found] == [
        (("survey_responses",), ("csat", "nps")),
        (("contracts",), ("renewal_rate",)),
        (("tickets",), ("ticket_volume",)),
        (("licenses",), ("tickets_per_seat",)),
        (("tickets.replies_before_first_solve",), ("fcr_rate",)),
    ]


def test_the_table_says_file_column_and_what_is_in_the_digest():
    lines = list(told({"Revenue": ("mrr",)}, steps(LACKING, ("csat",)), ("csat",)))
    assert lines[0] == "  Revenue     mrr"
    assert "  with survey_responses.csv: 2 more KPIs" in lines
    assert "    csat*, nps" in lines
    assert "  with the column replies_before_first_solve of tickets: 1 more KPI" in lines


def test_nothing_lacking_is_nothing_to_bring():
    assert steps({}, ()) == ()
    assert list(told({}, (), ())) == []
