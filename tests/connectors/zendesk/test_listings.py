"""Plain lists end, are read by cursor, and what they lose stays in our pages (3, 11, 20)."""

from __future__ import annotations

import pytest

from tasks.connectors.http import Session
from tasks.connectors.latest import latest
from tasks.connectors.streams import NoWayOn
from tasks.connectors.zendesk import streams as of
from tasks.connectors.zendesk.access import api
from tasks.connectors.zendesk.listings import Listing, whole
from tests.connectors.zendesk.desk import desk
from tests.doubles.faults import Reply
from tests.doubles.zendesk_account import iso


def test_a_list_whose_cursors_go_in_a_circle_ends(tmp_path):
    def circle(proper):
        after = f"at{100 * (1 + len(here.zendesk.requests) % 2)}"
        return Reply({**proper.data, "meta": {"has_more": True, "after_cursor": after}})

    with desk(tmp_path) as here, Session(api(here.of()), here.slept.world()) as asking:
        here.zendesk.order("organization_list", circle, times=99)
        with pytest.raises(NoWayOn, match="read before"):
            list(whole(Listing("/api/v2/organizations", "organizations"))(asking, "0"))
        assert len(here.zendesk.requests) == 3


def test_no_list_is_asked_for_by_the_number_of_a_page(tmp_path):
    """Behind page 100 of those Zendesk answers with an error; by cursor there is no end."""
    with desk(tmp_path) as here:
        ticket = here.account.add_ticket(7)
        for _ in range(120):
            here.account.ratings[next(here.account._ids)] = {
                "id": next(here.account._ids),
                "ticket_id": ticket,
                "score": "good",
                "created_at": iso(here.account.now),
                "updated_at": iso(here.account.now),
            }
        here.account.pass_time(minutes=5)
        here.read()
        queries = [one.query for one in here.zendesk.requests]
        assert len(here.zendesk.asked("ratings")) == 2
        assert not any({"page", "page[number]", "offset"} & set(query) for query in queries)


def test_what_was_deleted_or_merged_stays_in_the_raw_pages(tmp_path):
    with desk(tmp_path) as here:
        gone, loser, winner = (here.account.add_ticket(7) for _ in range(3))
        here.account.pass_time(minutes=5)
        here.read()
        here.account.delete_ticket(gone)
        here.account.merge(loser, winner)
        here.account.pass_time(minutes=5)
        here.read()
        (stream,) = (one for one in of.streams(here.of()) if one.name == of.TICKETS)
        kept = {one["id"]: one["status"] for one in latest("desk", stream, here.around())}
        assert kept[gone] == "deleted"
        assert kept[loser] == "closed"
