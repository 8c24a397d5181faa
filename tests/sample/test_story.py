"""The story of the sample company, read from its exports: the same for every seed."""

from __future__ import annotations

import math

import pandas as pd

TROUBLE = "Starter/EMEA"
LATELY = 26  # weeks


def by_luck(count: int, expected: float) -> float:
    """How likely ``count`` or more is where ``expected`` are usual (Poisson)."""
    return 1 - sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(count))


def test_604_customers_when_the_last_week_opens(books):
    assert (books.members.week == books.weeks - 1).sum() == 604


def test_five_of_about_61_leave_one_plan_in_one_region_in_the_last_week(books):
    last = books.members[(books.members.week == books.weeks - 1)]
    there = last[last.place == TROUBLE]
    assert 58 <= len(there) <= 64
    assert there.left.sum() == 5
    assert last[last.place != TROUBLE].left.sum() == 2


def test_usually_one_leaves_there_in_five_weeks(books):
    lost = books.members[books.members.place == TROUBLE].groupby("week").left.sum()
    before = lost.iloc[-LATELY - 1 : -1]
    assert 3 <= before.sum() <= 8
    assert before.max() == 1
    assert before.iloc[-2:].sum() == 0


def test_usually_two_customers_leave_in_a_week(books):
    lost = books.members.groupby("week").left.sum().iloc[:-1]
    assert 1.7 <= lost.mean() <= 2.3
    assert lost.max() <= 4


def test_no_other_place_plan_region_segment_or_owner_ever_loses_strikingly_many(books):
    before = books.members[books.members.week < books.weeks - 1]
    for dimension in ("place", "plan", "region", "segment", "owner_id"):
        for _, rows in before.groupby(dimension):
            weekly = rows.groupby("week").left.agg(["sum", "size"])
            rate = weekly["sum"].sum() / weekly["size"].sum()
            for span in (1, 2, 4):
                together = weekly.rolling(span).sum().dropna().tail(LATELY)
                for lost, members in together.itertuples(index=False):
                    assert lost < 3 or by_luck(int(lost), rate * members) > 0.002


def test_the_leavers_say_the_price_and_gave_notice_after_it_rose(books):
    last = books.members[(books.members.week == books.weeks - 1) & books.members.left]
    leavers = last[last.place == TROUBLE].customer_id
    versions = books.versions[books.versions.customer_id.isin(leavers)]
    notices = versions.dropna(subset="cancel_requested_at")
    rose_at = books.mondays[-3]
    assert set(notices.cancel_reason) == {"price"}
    assert len(notices) == 5
    assert (notices.cancel_requested_at >= rose_at).all()


def test_the_price_rises_in_that_place_only_and_not_before_the_ninth_of_november(books):
    risen = books.versions[books.versions.change_kind == "price_increase"]
    assert set(zip(risen["product"], risen.currency, strict=True)) == {("starter", "EUR")}
    assert risen.valid_from.min() >= pd.Timestamp("2026-11-09", tz="America/New_York")
    assert len(risen) >= 8
    assert set(risen[risen.interval == "month"].unit_amount) == {33}


def test_their_billing_tickets_pile_up_a_week_earlier(books):
    there = books.tickets[books.tickets.place == TROUBLE]
    all_of_them = there.groupby("week").size()
    billing = there[there.tags == "billing"].groupby("week").size()
    before = slice(books.weeks - 14, books.weeks - 3)
    assert all_of_them[books.weeks - 2] == 31
    assert 13 <= all_of_them.loc[before].mean() <= 19
    assert billing[books.weeks - 2] == 21
    assert 3 <= billing.loc[before].mean() <= 6


def test_nobody_else_asks_much_more_than_usual(books):
    elsewhere = books.tickets[books.tickets.place != TROUBLE]
    weekly = pd.crosstab(elsewhere.place, elsewhere.week)
    for _, counts in weekly.iterrows():
        usual = counts.iloc[-LATELY:-2].mean()
        assert by_luck(int(counts.iloc[-1]), usual) > 0.01
        assert by_luck(int(counts.iloc[-2]), usual) > 0.01


def test_satisfaction_sags_in_the_last_week_and_most_in_that_place(books):
    weekly = books.csat.groupby("week").good.mean()
    before = books.csat[books.csat.week.between(books.weeks - 13, books.weeks - 2)]
    there = books.csat[(books.csat.place == TROUBLE) & (books.csat.week == books.weeks - 1)]
    assert 0.89 <= before.good.mean() <= 0.93
    assert 0.85 <= weekly[books.weeks - 1] <= 0.89
    assert len(there) >= 8
    assert there.good.mean() <= 0.65


def test_the_helpdesk_is_a_day_late_and_nobody_else_is(books):
    closes_at = books.mondays[-1]
    desk = books.table("desk/tickets")
    assert desk.updated_at.max() == pd.Timestamp("2026-11-22 07:10", tz="America/New_York")
    instants = [desk[name].max() for name in desk.columns if name.endswith("_at")]
    instants.append(books.table("desk/survey_responses").responded_at.max())
    assert max(instants) == desk.updated_at.max()
    assert books.table("crm/touches")["at"].max() > closes_at
    assert books.table("billing/payments").paid_at.max() > closes_at
    assert books.table("product/usage_events").event_at.max() > closes_at


def test_mrr_grows_from_300_to_412_thousand_dollars(books):
    assert 285_000 <= books.mrr(books.mondays[0]).sum() <= 315_000
    assert 400_000 <= books.mrr(books.mondays[-1]).sum() <= 425_000


def test_net_revenue_retention_is_102_to_105_percent_over_twelve_months(books):
    before, now = books.mrr(books.mondays[-53]), books.mrr(books.mondays[-1])
    nrr = now.reindex(before.index, fill_value=0).sum() / before.sum()
    assert 1.01 <= nrr <= 1.06


def test_first_replies_get_faster_and_take_about_45_minutes_now(books):
    waited = (books.tickets.first_agent_reply_at - books.tickets.created_at).dt.total_seconds() / 60
    early, late = (
        waited[books.tickets.week.between(first, first + 7)].median()
        for first in (0, books.weeks - 8)
    )
    assert 55 <= early <= 75
    assert 38 <= late <= 50


def test_nps_is_about_38_with_few_answers_a_week(books):
    answers = books.table("product/survey_responses")
    week = books.week_of(answers.responded_at)
    lately = answers[(answers.score <= 10) & (week >= books.weeks - 26) & (week < books.weeks)]
    nps = 100 * ((lately.score >= 9).mean() - (lately.score <= 6).mean())
    assert 31 <= nps <= 45
    assert 25 <= len(lately) / 26 <= 50


def test_some_who_gave_notice_are_still_here(books):
    to_come = books.versions[books.versions.valid_to.isna()].dropna(subset="cancel_at")
    assert (to_come.cancel_reason == "price").sum() == 3
    assert (to_come.cancel_at > books.mondays[-1]).all()


def test_two_big_customers_add_seats_in_the_last_week(books):
    up = books.versions[books.versions.change_kind == "upsell"]
    last = up[books.week_of(up.valid_from) == books.weeks - 1]
    assert (last["product"] == "scale").sum() >= 2
