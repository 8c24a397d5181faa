"""Messages call an owner's customers by the owner's name; ids are for machines."""

from __future__ import annotations

from dataclasses import replace

from flows.ownernames import _called as called
from flows.ownernames import _names, of_alert, of_digest, of_finding
from flows.readers import Owner
from tasks.messages.alert import alert_view
from tasks.messages.digest import digest_view
from tasks.messages.inputs import Driver, Split
from tasks.model import Cell, Grain
from tests.messages.alertstories import alert
from tests.messages.stories import bad_week

NAMES = {"O5": "Ana Ribeiro"}


def call(cell: Cell) -> Cell:
    return called(cell, NAMES)


def owner(key: str, name: str) -> Owner:
    return Owner(key, name, "", "", "", is_active=True)


def test_two_of_one_name_are_told_apart() -> None:
    people = {
        "1": owner("1", "Ana"),
        "2": owner("2", "Ana"),
        "3": owner("3", ""),
        "4": owner("4", "A/B"),
    }
    assert _names(people) == {"1": "Ana (1)", "2": "Ana (2)", "4": "A B"}


def test_only_the_owner_of_a_segment_is_renamed() -> None:
    def segment(dimension: str, segment: str) -> str:
        return call(Cell("mrr", "default", Grain.WEEK, dimension, segment)).segment

    assert segment("owner", "O5") == "Ana Ribeiro"
    assert segment("plan/owner", "Pro/O5") == "Pro/Ana Ribeiro"
    assert segment("plan", "O5") == "O5"
    assert segment("owner", "O6") == "O6"
    assert segment("plan/owner", "Pro/x/O5") == "Pro/x/O5"


def test_a_digest_and_an_alert_say_the_name() -> None:
    found = bad_week()
    (told,) = found.alerts
    mine = replace(told.lead.cell, segment_dimension="owner", segment="O5")
    lead = replace(told.lead, cell=mine, sentence="5 of 61 customers left this week.")
    own = replace(told, lead=lead)
    inputs = replace(
        found,
        alerts=(own,),
        drivers={"logo_churn_rate": Split((Driver("O5", lead.observed or 0),), "owner")},
        beside={"logo_churn_rate": ("Week 46, O5: 31 tickets for 61 customers, usually 12.",)},
        history={**found.history, mine: found.history[told.lead.cell]},
    )
    view = digest_view(of_digest(inputs, call))
    assert view.lead[0] == "5 of 61 customers of Ana Ribeiro left this week."
    assert view.alerts[0].title == "Customers are leaving: Ana Ribeiro"
    assert view.movements[0].parts.startswith("Ana Ribeiro +5")
    assert view.movements[0].beside == (
        "Week 46, Ana Ribeiro: 31 tickets for 61 customers, usually 12.",
    )
    pushed = alert_view(of_alert(replace(alert(), alert=own, worse_than=lead), call))
    assert pushed.title == "Worse: Customers are leaving: Ana Ribeiro"


def test_without_owners_nothing_is_renamed() -> None:
    found = bad_week()
    assert of_digest(found, None) is found
    assert of_finding(found.alerts[0].lead, None) is found.alerts[0].lead
