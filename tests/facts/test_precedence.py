"""Where the CRM and billing both tell what a customer pays, one of them counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from tasks.engine.basis import Basis
from tasks.engine.caveats import Differing, caveats
from tasks.facts.precedence import second
from tests.engine.worlds import NOW, World

BOTH = {
    "customers": """
        customer_id | is_test | merged_into | parent_id
        acme        | false   | -           | -
        acme_again  | false   | acme        | -
        birch       | false   | -           | -
        cedar       | false   | -           | -
        cedar_uk    | false   | -           | cedar
        dale        | false   | -           | -
    """,
    "subscription_versions": """
        customer_id | source  | unit_amount | valid_from | valid_to
        acme        | billing | 100         | 2025-01-01 | -
        acme_again  | crm     | 130         | 2025-01-01 | -
        birch       | crm     | 50          | 2025-01-01 | -
        cedar       | billing | 70          | 2025-01-01 | 2026-02-10
        cedar_uk    | crm     | 30          | 2025-01-01 | -
        dale        | billing | 25          | 2025-01-01 | -
        dale        | crm     | 25          | 2025-01-01 | -
    """,
}


@dataclass(frozen=True)
class TwoSources(World):
    """A world in which the sources named come second."""

    behind: tuple[str, ...] = ("crm",)

    @property
    def basis(self) -> Basis:
        return replace(super().basis, second_sources=self.behind)

    def differing(self, period: str) -> Differing | None:
        """Return of whom the two sources tell different things."""
        with self.session() as session:
            chosen = self.basis.calendar.period(period)
            return caveats(session, self.basis, chosen, now=NOW)[1]


def test_by_default_billing_counts_wherever_it_has_the_customer_at_all():
    world = TwoSources(BOTH)
    assert world.value("mrr_opening") == 100 + 50 + 70 + 25
    assert world.value("mrr") == 100 + 50 + 25  # cedar is over in billing: the CRM is not asked
    assert world.value("churned_customers") == 1


def test_the_crm_can_be_given_the_first_word():
    assert TwoSources(BOTH, behind=("billing",)).value("mrr") == 130 + 50 + 30 + 25


def test_without_precedence_everything_adds_up():
    assert TwoSources(BOTH, behind=()).value("mrr_opening") == 100 + 130 + 50 + 70 + 30 + 25 + 25


def test_whom_they_disagree_about_is_counted_with_both_amounts():
    assert TwoSources(BOTH).differing("2026-01") == Differing(2, Decimal(170), Decimal(160))
    assert TwoSources(BOTH).differing("2026-02") == Differing(2, Decimal(100), Decimal(160))


def test_where_they_agree_or_only_one_knows_somebody_there_is_nothing_to_tell():
    alike = {
        "subscription_versions": """
            customer_id | source  | unit_amount | valid_from
            dale        | billing | 25          | 2025-01-01
            dale        | crm     | 25          | 2025-01-01
            birch       | crm     | 50          | 2025-01-01
        """
    }
    assert TwoSources(alike).differing("2026-02") is None


@pytest.mark.parametrize(
    ("kinds", "first", "behind"),
    [
        ({"stripe": "files", "hs": "hubspot"}, "billing", ("hs",)),
        ({"stripe": "files", "hs": "hubspot"}, "crm", ("stripe",)),
        ({"hs": "hubspot", "sf": "salesforce"}, "billing", ()),
        ({"exports": "files"}, "billing", ()),
        ({"exports": "files"}, "crm", ()),
    ],
)
def test_second_come_the_crms_or_all_others(kinds, first, behind):
    assert second(kinds, first) == behind
