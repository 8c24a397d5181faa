"""A company that five customers leave in one morning: 120 customers, a year of calm, two plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.flows.small import CUSTOMERS, VERSIONS_HEAD

ZONE = "America/New_York"
BEGAN = datetime(2025, 10, 6, 14, tzinfo=UTC)
FIRST_MONDAY = date(2025, 11, 3)
PLANS = ("Starter", "Pro")
OF_EACH = 60
WEEKS = 55  # up to the story, one customer of either plan leaves in five of them
MORNING = datetime(2026, 11, 25, 15, 7, tzinfo=UTC)  # 10:07 in New York, a Wednesday
CONFIG = """\
company: {name: Tiny, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources:
  - {name: exports, kind: files, path: ./exports}
segments: [plan]
kpis: {include: [logo_churn_rate, churned_customers, mrr]}
"""


def write(folder: Path) -> None:
    """Write the exports and the configuration of the company as it was before that morning."""
    exports = folder / "exports"
    exports.mkdir()
    rows = (
        f"{one},Shop {one},SMB,retail,US,ads,,false,,{plan}"
        for plan in PLANS
        for one in names(plan)
    )
    (exports / "customers.csv").write_text(
        CUSTOMERS.splitlines()[0] + "\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    leave(folder)
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")


def names(plan: str) -> tuple[str, ...]:
    """The customers of a plan: S01 to S60."""
    return tuple(f"{plan[0]}{number:02}" for number in range(1, OF_EACH + 1))


def leave(folder: Path, *leavers: str, at: datetime = MORNING, known: datetime = MORNING) -> None:
    """Write the subscriptions once more: ``leavers`` cancelled ``at`` a moment.

    P01 is written again when everything is ``known``, so that the file reaches so far.
    """
    ends = dict(_calm()) | dict.fromkeys(leavers, at) | {"P01": known}
    rows = (_row(one, BEGAN, ends.get(one)) for plan in PLANS for one in names(plan))
    text = VERSIONS_HEAD + "".join(rows) + _row("P01", known, None)
    (folder / "exports" / "subscription_versions.csv").write_text(text, encoding="utf-8")


def _row(customer: str, begin: datetime, end: datetime | None) -> str:
    began, ended = (f"{one:%Y-%m-%dT%H:%M:%SZ}" if one else "" for one in (begin, end))
    return (
        f"v-{customer}-{began},s-{customer},{customer},core,active,{began},{ended},"
        "100,1,USD,month,1,0,,\n"
    )


def _calm() -> Iterator[tuple[str, datetime]]:
    """The last customers of either plan leave, one in five weeks, the plans in turn."""
    for number, plan in enumerate(PLANS):
        leavers = iter(reversed(names(plan)))
        for week in range(2 * number, WEEKS, 5):
            day = FIRST_MONDAY + timedelta(days=7 * week + 2)
            yield next(leavers), datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
