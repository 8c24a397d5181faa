"""The same company gives the same figures, whichever systems it has."""

from __future__ import annotations

import pytest

from tasks.sample import Company, write_company
from tests.doors.figures import Figures, figures
from tests.doors.places import DOORS, FILES
from tests.doors.reasons import WHY
from tests.doors.table import ONE_IN, PAGE, carried, page, same
from tests.doubles.sample_company import cut

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("doors")]
NAMES = [door.name for door in DOORS]
LEAST = 50  # KPIs that the company has figures for
MATTER = {"mrr", "nrr", "grr", "logo_churn_rate", "active_customers", "csat", "nps"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    written = write_company(tmp_path_factory.mktemp("doors"))
    cut(written.folder, ONE_IN)
    return written


@pytest.fixture(scope="module")
def files(company: Company) -> Figures:
    return figures(company, FILES)


@pytest.fixture(scope="module")
def others(company: Company) -> dict[str, Figures]:
    return {door.name: figures(company, door) for door in DOORS}


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_the_same_but_for_what_is_known_to_differ(
    files: Figures, others: dict[str, Figures], name: str
) -> None:
    differ = {kpi for kpi, is_same in same(files, others[name]).items() if not is_same}
    assert differ == set(WHY[name])


@pytest.mark.parametrize("name", NAMES)
def test_what_matters_most_is_there_and_the_same(
    files: Figures, others: dict[str, Figures], name: str
) -> None:
    assert set(carried(files)) >= MATTER
    assert not MATTER & set(WHY[name])
    assert len(carried(files)) > LEAST
    assert others[name].keys() == files.keys()


def test_the_page_says_so(files: Figures, others: dict[str, Figures]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(files, others), (
        "write it anew with: python -m tests.doors.table"
    )
