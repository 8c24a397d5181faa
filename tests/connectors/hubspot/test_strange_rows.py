"""Rows of any shape: the mappers never break, whatever a property holds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.connectors.hubspot.kinds import kinds
from tasks.connectors.hubspot.settings import HubSpotSettings
from tests.connectors.hubspot.portraits import portrait, rows

ASKED = kinds(HubSpotSettings.model_validate({"name": "crm", "kind": "hubspot", "token": "x"}))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.text(max_size=4), max_size=3),
    st.sampled_from(
        ["7", "won", "4", "2026-02-01T10:00:00Z", "1772323200000", "P12M", "-5", "1e9"]
    ),
)
TABLES = (
    "customers",
    "customer_versions",
    "contacts",
    "touches",
    "tickets",
    "survey_responses",
    "subscription_versions",
)


@st.composite
def records(draw, kind):
    names = ASKED[kind].asked
    changes = st.fixed_dictionaries({"timestamp": VALUES, "value": VALUES})
    return {
        "id": str(draw(st.integers(1, 9))),
        "updatedAt": draw(VALUES),
        "properties": draw(st.dictionaries(st.sampled_from(names), VALUES)),
        "propertiesWithHistory": {
            name: draw(st.lists(changes, max_size=3)) for name in ASKED[kind].histories
        },
        "tied": {to: [{"id": "7", "primary": True}] for to in ASKED[kind].ties},
    }


@pytest.mark.parametrize("kind", ASKED)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_record_is_mapped_or_remarked_upon(kind, data):
    firm = {"id": "7", "properties": {"name": "Acme"}, "updatedAt": ""}
    streams = {"companies": [firm]} | {kind: data.draw(st.lists(records(kind), max_size=3))}
    made = portrait(streams, properties={"companies": {"mrr": "plan"}})
    for table in TABLES:
        for row in rows(made, table):
            assert all(value is None or isinstance(value, str) for value in row.values())
    made.remarks.notes()
