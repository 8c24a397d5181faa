"""A plain list whose cursors lead in a circle ends as an error, also where it is the way out (3)."""

from __future__ import annotations

import pytest

from tasks.connectors.http import Session
from tasks.connectors.streams import NoWayOn
from tasks.connectors.zendesk.access import api
from tasks.connectors.zendesk.listings import Listing, whole
from tests.connectors.zendesk.desk import desk
from tests.doubles.faults import Reply


def test_a_list_whose_cursors_go_in_a_circle_ends(tmp_path):
    def circle(proper):
        after = f"at{100 * (1 + len(here.zendesk.requests) % 2)}"
        return Reply({**proper.data, "meta": {"has_more": True, "after_cursor": after}})

    with desk(tmp_path) as here, Session(api(here.of()), here.slept.world()) as asking:
        here.zendesk.order("organization_list", circle, times=99)
        with pytest.raises(NoWayOn, match="read before"):
            list(whole(Listing("/api/v2/organizations", "organizations"))(asking, "0"))
        assert len(here.zendesk.requests) == 3
