"""The sample company as pandas sees it: the written CSV files, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tasks.sample import Company, write_company

DOLLARS = {"USD": 1.0, "EUR": 1.1}
ZONE = "America/New_York"


@dataclass(frozen=True)
class Books:
    """The exports of one company, and what a careful reader makes of them."""

    company: Company

    def table(self, path: str) -> pd.DataFrame:
        file = self.company.folder / "exports" / f"{path}.csv"
        found = pd.read_csv(file, keep_default_na=False, na_values=[""])
        for name in found.columns:
            if name.endswith("_at") or name in {"valid_from", "valid_to", "at"}:
                found[name] = pd.to_datetime(found[name], utc=True).dt.tz_convert(ZONE)
        return found

    @cached_property
    def mondays(self) -> pd.DatetimeIndex:
        first = pd.Timestamp(self.company.first_day, tz=ZONE)
        last = pd.Timestamp(self.company.now).tz_convert(ZONE).normalize()
        return pd.date_range(first, last, freq="7D")

    @cached_property
    def weeks(self) -> int:
        return len(self.mondays) - 1

    def week_of(self, at: pd.Series) -> np.ndarray:
        return np.searchsorted(self.mondays, at, side="right") - 1

    @cached_property
    def real(self) -> frozenset[str]:
        customers = self.table("crm/customers")
        ours = customers[(customers.is_test == 0) & customers.merged_into.isna()]
        return frozenset(ours.customer_id)

    @cached_property
    def versions(self) -> pd.DataFrame:
        found = self.table("billing/subscription_versions")
        months = found.interval.map({"month": 1, "year": 12})
        amount = found.unit_amount * found.quantity / months * (1 - found.discount_pct / 100)
        found = found.assign(mrr=amount * found.currency.map(DOLLARS))
        counted = found.status.isin(["active", "past_due", "paused"])
        return found.assign(counted=counted & found.customer_id.isin(self.real))

    def mrr(self, at: pd.Timestamp) -> pd.Series:
        """MRR in dollars by real customer, paused ones at 0, just before ``at``."""
        found = self.versions
        held = (found.valid_from < at) & (found.valid_to.isna() | (found.valid_to >= at))
        found = found[held & found.counted]
        paying = found.mrr.where(found.status != "paused", 0.0)
        return paying.groupby(found.customer_id).sum()

    @cached_property
    def members(self) -> pd.DataFrame:
        """One row per customer and week: place, owner, segment, and whether they left in it."""
        versions = self.table("crm/customer_versions")
        here = [set(self.mrr(monday).index) for monday in self.mondays]
        found = []
        for week, monday in enumerate(self.mondays[:-1]):
            held = (versions.valid_from < monday) & (
                versions.valid_to.isna() | (versions.valid_to >= monday)
            )
            rows = versions[held]
            rows = rows[[one in here[week] for one in rows.customer_id]]
            left = [one not in here[week + 1] for one in rows.customer_id]
            found.append(rows.assign(week=week, left=left))
        together = pd.concat(found)
        return together.assign(place=together.plan + "/" + together.region)

    @cached_property
    def tickets(self) -> pd.DataFrame:
        """Tickets that count, each with the week it came in and the place it came from."""
        found = self.table("desk/tickets").drop_duplicates("ticket_id")
        counted = (found.created_by == "customer") & (found.is_spam == 0)
        found = found[counted & found.merged_into.isna()]
        return self.placed(found, found.created_at)

    @cached_property
    def csat(self) -> pd.DataFrame:
        found = self.table("desk/survey_responses")
        found = found[found.survey == "csat"]
        return self.placed(found.assign(good=found.score >= 4), found.responded_at)

    def placed(self, rows: pd.DataFrame, at: pd.Series) -> pd.DataFrame:
        places = self.members[["customer_id", "week", "place"]]
        return rows.assign(week=self.week_of(at)).merge(
            places, on=["customer_id", "week"], how="left"
        )


@pytest.fixture(scope="session", params=[1, 2, 3, 7], ids=lambda seed: f"seed{seed}")
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Books:
    folder: Path = tmp_path_factory.mktemp("sample")
    return Books(write_company(folder, seed=request.param))
