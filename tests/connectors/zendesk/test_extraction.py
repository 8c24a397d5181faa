"""What a whole account becomes: tickets that meet their customers, answers that count once, notes."""

from __future__ import annotations

from decimal import Decimal

from tests.connectors.zendesk.desk import desk, notes_of, rows_of

FIVE = {"minutes": 5}


def test_one_touch_and_first_contact_equal_the_vendors(tmp_path):
    """One reply and never opened again; a second reply, or a reopening within 7 days, is neither."""
    with desk(tmp_path) as here:
        account = here.account
        once, twice, again, silent, late = (account.add_ticket(7) for _ in range(5))
        account.pass_time(minutes=10)
        for one in (once, twice, again):
            account.reply(one)
        account.pass_time(minutes=5)
        account.reply(twice)
        account.pass_time(minutes=5)
        for one in (once, twice, again, silent):
            account.solve(one)
        account.pass_time(days=2)
        account.reopen(again)
        account.reply(late)
        account.pass_time(hours=1)
        account.solve(again)
        account.pass_time(**FIVE)
        names = ("replies_before_first_solve", "reopened_at", "first_agent_reply_at")
        found = here.rows("tickets", "ticket_id", *names)
        table = {
            int(number): (replies, str(opened)[:16], reply and f"{reply:%d %H:%M}")
            for number, replies, opened, reply in found
        }
        assert table == {
            once: (1, "None", "02 09:10"),
            twice: (2, "None", "02 09:10"),
            again: (1, "2026-02-04 09:20", "02 09:10"),
            silent: (0, "None", None),
            late: (1, "None", "04 09:20"),
        }


def test_deleted_restored_scrubbed_and_merged_tickets(tmp_path):
    with desk(tmp_path) as here:
        account = here.account
        stays, goes, back, empty, loser = (account.add_ticket(7) for _ in range(5))
        account.pass_time(**FIVE)
        assert len(here.rows("tickets", "ticket_id")) == 5
        for one in (goes, back, empty):
            account.delete_ticket(one)
        account.merge(loser, stays)
        account.pass_time(**FIVE)
        load = here.folded()
        assert rows_of(load, "tickets", "ticket_id", "merged_into") == [
            (str(stays), None),
            (str(loser), str(stays)),
        ]
        assert notes_of(load, "deleted") == ["desk: 3 tickets deleted or emptied, not counted."]
        account.restore(back)
        account.pass_time(days=31)
        account.scrub(empty)
        account.pass_time(**FIVE)
        found = sorted(int(one) for (one,) in here.rows("tickets", "ticket_id"))
        assert found == [stays, back, loser]


def test_a_deleted_ticket_that_only_the_list_of_deleted_ones_knows(tmp_path):
    with desk(tmp_path) as here:
        one = here.account.add_ticket(7)
        here.account.pass_time(**FIVE)
        before = dict(here.account.tickets[one])
        here.account.delete_ticket(one)
        here.account.tickets[one] = before  # the export has not noticed
        here.account.pass_time(**FIVE)
        assert here.rows("tickets", "ticket_id") == []


def test_tickets_without_a_customer_are_counted_and_said(tmp_path):
    with desk(tmp_path) as here:
        account = here.account
        account.add_organization(id=6, name="Nameless")
        eve, bob = account.add_user(organization_id=6), account.add_user()
        for requester in (7, eve, eve, bob):
            account.add_ticket(requester)
        account.pass_time(**FIVE)
        load = here.folded()
        assert [one for (one,) in rows_of(load, "tickets", "customer_id")] == [
            "C01",
            None,
            None,
            None,
        ]
        (said,) = notes_of(load, "no_customer")
        assert said == (
            "desk: 3 of 4 tickets belong to no customer: 1 without an organization, "
            "2 of organizations without external_id (Nameless)."
        )
        assert rows_of(load, "contacts", "contact_id", "customer_id") == [("7", "C01")]
        assert "customers" not in load.tables


def test_organizations_are_customers_where_there_is_no_crm(tmp_path):
    with desk(tmp_path, customers=True) as here:
        here.account.add_ticket(7)
        here.account.pass_time(**FIVE)
        load = here.folded()
        assert rows_of(load, "customers", "customer_id", "name") == [("5", "Acme")]
        assert rows_of(load, "tickets", "customer_id") == [("5",)]


def test_an_organization_field_that_changes_later_moves_its_tickets(tmp_path):
    with desk(tmp_path, customer="field:crm_id") as here:
        here.account.add_ticket(7)
        here.account.change_organization(5, organization_fields={"crm_id": 77})
        here.account.pass_time(**FIVE)
        assert here.rows("tickets", "customer_id") == [("77",)]
        here.account.change_organization(5, organization_fields={"crm_id": "78"})
        here.account.pass_time(**FIVE)
        assert here.rows("tickets", "customer_id") == [("78",)]


def test_merged_and_deleted_people_are_not_active(tmp_path):
    with desk(tmp_path) as here:
        account = here.account
        loser, gone = account.add_user(organization_id=5), account.add_user(organization_id=5)
        ticket = account.add_ticket(loser)
        account.pass_time(**FIVE)
        here.read()
        account.merge_users(loser, 7)
        account.delete_user(gone)
        account.pass_time(**FIVE)
        load = here.folded()
        assert dict(rows_of(load, "contacts", "contact_id", "active")) == {
            "7": True,
            str(loser): False,
            str(gone): False,
        }
        assert rows_of(load, "tickets", "ticket_id", "requester_id") == [(str(ticket), "7")]


def test_old_ratings_and_new_answers_of_one_ticket_count_once(tmp_path):
    with desk(tmp_path) as here:
        account = here.account
        old, new, both, asked = (account.add_ticket(7) for _ in range(4))
        account.add_survey(5)
        account.rate(old, "good", "Thanks")
        account.respond(new, 3)
        account.respond(both, 5, "Quick")
        account.rate(both, "good")
        account.rate(asked, "offered")
        account.pass_time(**FIVE)
        load = here.folded()
        names = ("ticket_id", "score", "scale_min", "scale_max", "comment", "customer_id")
        assert rows_of(load, "survey_responses", *names) == [
            (str(old), Decimal(1), Decimal(0), Decimal(1), "Thanks", "C01"),
            (str(new), Decimal(3), Decimal(1), Decimal(5), None, "C01"),
            (str(both), Decimal(5), Decimal(1), Decimal(5), "Quick", "C01"),
        ]
        assert len(notes_of(load, "double")) == 1
        assert "survey_sends" not in load.tables


def test_offers_without_an_answer_are_what_was_sent(tmp_path):
    with desk(tmp_path) as here:
        account = here.account
        one, other = account.add_ticket(7), account.add_ticket(7)
        account.rate(one, "offered")
        account.rate(other, "offered")
        account.pass_time(hours=1)
        account.rate(other, "bad", "Slow")
        account.pass_time(**FIVE)
        load = here.folded()
        assert rows_of(load, "survey_responses", "ticket_id", "score") == [(str(other), 0)]
        assert rows_of(load, "survey_sends", "survey", "period", "sent") == [("csat", "2026-02", 2)]


def test_a_rating_that_is_changed_later_is_there_once_with_its_last_score(tmp_path):
    with desk(tmp_path) as here:
        one = here.account.add_ticket(7)
        here.account.rate(one, "bad")
        here.account.pass_time(**FIVE)
        assert here.rows("survey_responses", "score") == [(0,)]
        here.account.pass_time(days=5)
        here.account.rate(one, "good")
        here.account.pass_time(**FIVE)
        assert here.rows("survey_responses", "score") == [(1,)]


def test_a_skipped_survey_is_no_answer(tmp_path):
    with desk(tmp_path) as here:
        here.account.respond(here.account.add_ticket(7), None, "no time")
        here.account.pass_time(**FIVE)
        load = here.folded()
        assert rows_of(load, "survey_responses", "score") == []
        assert notes_of(load, "scale") == []


def test_calls_and_a_word_nobody_knows(tmp_path):
    with desk(tmp_path) as here:
        here.account.add_call()
        here.account.add_call(completion_status="teleported")
        here.account.pass_time(**FIVE)
        load = here.folded()
        assert rows_of(load, "calls", "outcome", "wait_s") == [
            ("answered", Decimal(9)),
            (None, Decimal(8)),
        ]
        assert notes_of(load, "mapping_issue") == [
            "desk: completion_status 'teleported' is unknown (1 row)."
        ]


def test_the_only_schedule_is_every_tickets_and_of_several_none_is(tmp_path):
    with desk(tmp_path) as here:
        here.account.add_ticket(7)
        here.account.schedules.append({"id": 1, "name": "Office", "time_zone": "Berlin"})
        here.account.pass_time(**FIVE)
        assert here.rows("tickets", "business_schedule") == [("Office",)]
        here.account.schedules.append({"id": 2, "name": "Night", "time_zone": "Berlin"})
        load = here.folded()
        assert rows_of(load, "tickets", "business_schedule") == [(None,)]


def test_reopenings_from_before_the_events_are_estimated_and_said(tmp_path):
    with desk(tmp_path) as here:
        account = here.account
        one = account.add_ticket(7)
        account.pass_time(minutes=30)
        account.solve(one)
        account.pass_time(hours=1)
        account.reopen(one)
        account.pass_time(days=60)
        load = here.folded()
        assert [f"{at:%d %H:%M}" for (at,) in rows_of(load, "tickets", "reopened_at")] == [
            "02 09:30"
        ]
        assert len(notes_of(load, "reopened")) == 1


def test_reading_twice_gives_the_same_tables_and_so_does_folding_twice(tmp_path):
    with desk(tmp_path, page=3) as here:
        for _ in range(10):
            here.account.reply(here.account.add_ticket(7))
        here.account.pass_time(**FIVE)
        first, second = here.folded(), here.folded()
        for name, table in first.tables.items():
            assert table.rows.equals(second.tables[name].rows)


def test_every_row_is_loaded_or_refused(tmp_path):
    with desk(tmp_path) as here:
        one, other = here.account.add_ticket(7), here.account.add_ticket(7)
        here.account.tickets[one]["created_at"] = "soon"
        here.account.pass_time(**FIVE)
        load = here.folded()
        assert rows_of(load, "tickets", "ticket_id") == [(str(other),)]
        (refused,) = load.quarantined
        assert (refused.key, refused.column, refused.value) == (str(one), "created_at", "soon")
        assert refused.file == "desk: tickets"
