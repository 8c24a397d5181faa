"""Which KPIs are the same by every door? ``python -m tests.doors.table`` writes deploy/doors.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.sample import write_company
from tests.doors.figures import Figures, figures, parts
from tests.doors.places import DOORS, FILES
from tests.doors.reasons import WHY
from tests.doubles.sample_company import cut

PAGE = Path(__file__).parents[2] / "deploy" / "doors.md"
ONE_IN = 12  # customers
HEAD = """\
# The same company through every door

The sample company (one customer in {one_in}) is read from its files, and from systems it might have
instead. For a week, a month and a quarter every KPI is held together, to the last digit, in every
part it is kept in. What neither system of a door can carry (recognised revenue, costs, exchange
rates, usage, seats, how many were asked; at a CRM also payments, at Stripe and Intercom also the
answers that are about no satisfaction) comes from files there, too. Written by `python -m tests.doors.table`.
"""


def same(files: Figures, other: Figures) -> Mapping[str, bool]:
    """Whether each KPI is the same in all its variants and periods."""
    found: dict[str, bool] = {}
    for cell, one in files.items():
        found[cell[0]] = found.get(cell[0], True) and parts(one) == parts(other.get(cell))
    return found


def carried(files: Figures) -> list[str]:
    """The KPIs that the company has figures for at all."""
    return sorted({cell[0] for cell, one in files.items() if one.numerator is not None})


def page(files: Figures, others: Mapping[str, Figures]) -> str:
    """The page with the table."""
    results = {name: same(files, other) for name, other in others.items()}
    reasons: dict[str, int] = {}
    rows = [_row(kpi, results, reasons) for kpi in carried(files)]
    none = sorted({cell[0] for cell in files} - set(carried(files)))
    return "\n".join(
        [
            HEAD.format(one_in=ONE_IN),
            f"| KPI | {' | '.join(others)} |",
            f"|---|{'---|' * len(others)}",
            *rows,
            "",
            *(f"{number}. {why[0].upper()}{why[1:]}." for why, number in reasons.items()),
            "",
            f"Nothing to hold together, as the company has no figures for it: {', '.join(none)}.",
            "",
        ]
    )


def _row(kpi: str, results: Mapping[str, Mapping[str, bool]], reasons: dict[str, int]) -> str:
    cells = []
    for name, result in results.items():
        why = WHY[name].get(kpi, "")
        number = "" if result[kpi] else str(reasons.setdefault(why, len(reasons) + 1))
        cells.append(f"differs ({number})" if number else "same")
    return f"| `{kpi}` | {' | '.join(cells)} |"


def main() -> None:
    """Read the company through every door, and write the page."""
    with TemporaryDirectory() as folder:
        company = write_company(Path(folder))
        cut(company.folder, ONE_IN)
        files = figures(company, FILES)
        others = {door.name: figures(company, door) for door in DOORS}
    PAGE.write_text(page(files, others), encoding="utf-8")


if __name__ == "__main__":
    main()
