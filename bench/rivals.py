"""Ten KPIs as somebody would write them in a notebook: a loop over periods, overall only.

Started by engine.py as a process of its own, in pandas or in polars; it needs nothing of ours. The
last of its rows, the newest month, must be what ``ours.py alike`` says of it.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
WEEKS = [date(2025, 10, 27) + timedelta(7 * n) for n in range(54)]
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(9, 23)]


def midnight(day: date) -> datetime:
    """Return when a day begins in Berlin, as all instants in the lake are: in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC).replace(tzinfo=None)


PERIODS = [*pairwise(map(midnight, WEEKS)), *pairwise(map(midnight, MONTHS))]
VERSIONS = (
    *("customer_id", "valid_from", "valid_to", "unit_amount", "quantity", "currency", "interval"),
    "discount_pct",
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "subscription_versions": VERSIONS,
    "tickets": ("customer_id", "created_at", "created_by", "first_agent_reply_at", "is_spam"),
    "survey_responses": ("survey", "customer_id", "respondent_id", "responded_at", "score"),
    "usage_events": ("customer_id", "event_at"),
    "customers": ("customer_id", "is_test"),
}
Read = Callable[[str], Any]


def in_pandas(root: Path) -> list[tuple[float, ...]]:
    """Return a row of numbers per period."""
    import pandas as pd  # noqa: PLC0415 - one of the two

    def read(name: str) -> pd.DataFrame:
        paths = sorted((root / "facts" / name).glob("*/*.parquet"))
        parts = [pd.read_parquet(path, columns=list(COLUMNS[name])) for path in paths]
        return pd.concat(parts, ignore_index=True)

    tests = read("customers").query("is_test").customer_id
    tables = {name: read(name) for name in COLUMNS if name != "customers"}
    tables = {name: rows[~rows.customer_id.isin(tests)] for name, rows in tables.items()}
    v = tables["subscription_versions"]
    kept = 1 - v.discount_pct.astype(float).fillna(0) / 100
    a_month = v.interval.map({"month": 1.0, "year": 1 / 12}) * v.currency.map(
        {"USD": 1, "EUR": 1.1}
    )
    mrr = v.unit_amount.astype(float) * v.quantity.astype(float) * kept * a_month
    paying = v.assign(mrr=mrr)[mrr > 0]
    return [_pandas_period(tables, paying, start, end) for start, end in PERIODS]


def _pandas_period(
    tables: Mapping[str, Any],
    v: Any,  # noqa: ANN401 - a frame
    start: datetime,
    end: datetime,
) -> tuple[float, ...]:
    import pandas as pd  # noqa: PLC0415 - one of the two

    def held(at: datetime) -> pd.Series:
        there = v[(v.valid_from < at) & (v.valid_to.isna() | (v.valid_to >= at))]
        return there.groupby("customer_id").mrr.sum()

    both = pd.concat([held(start), held(end)], axis=1, keys=["opening", "closing"])
    lost, stayed = both[both.closing.isna()], both.dropna()
    gained = stayed.closing - stayed.opening
    t, s, u = tables["tickets"], tables["survey_responses"], tables["usage_events"]
    t = t[(t.created_by == "customer") & ~t.is_spam]
    asked = t[(t.created_at >= start) & (t.created_at < end)]
    replied = t[(t.first_agent_reply_at >= start) & (t.first_agent_reply_at < end)]
    answered = s[(s.responded_at >= start) & (s.responded_at < end)]
    newest = answered.sort_values("responded_at").drop_duplicates(
        ["survey", "customer_id", "respondent_id"], keep="last"
    )
    nps = newest[newest.survey == "nps"].score.astype(float)
    csat = answered[answered.survey == "csat"].score.astype(float)
    active = u[(u.event_at >= start) & (u.event_at < end)].customer_id.unique()
    there = v[(v.valid_from < end) & (v.valid_to.isna() | (v.valid_to >= start))]
    return (
        len(lost) / max(both.opening.notna().sum(), 1),
        lost.opening.sum(),
        gained.clip(lower=0).sum(),
        -gained.clip(upper=0).sum(),
        both[both.opening.isna()].closing.sum(),
        len(asked),
        (replied.first_agent_reply_at - replied.created_at).median().total_seconds() / 60,
        100 * ((nps >= 9).mean() - (nps <= 6).mean()),  # noqa: PLR2004 - the definition
        (csat >= 4).mean(),  # noqa: PLR2004
        pd.Index(there.customer_id.unique()).isin(active).mean(),
    )


def in_polars(root: Path) -> list[tuple[float, ...]]:
    """Return a row of numbers per period."""
    import polars as pl  # type: ignore[import-not-found]  # noqa: PLC0415 - never a dependency

    def read(name: str) -> Any:  # noqa: ANN401 - a lazy frame
        return pl.scan_parquet(str(root / "facts" / name / "*" / "*.parquet")).select(COLUMNS[name])

    tests = read("customers").filter(pl.col("is_test")).select("customer_id")
    tables = {
        name: read(name).join(tests, on="customer_id", how="anti").collect()
        for name in COLUMNS
        if name != "customers"
    }
    kept = 1 - pl.col("discount_pct").cast(pl.Float64).fill_null(0) / 100
    a_month = pl.when(pl.col("interval") == "year").then(1 / 12).otherwise(1.0)
    rate = pl.when(pl.col("currency") == "EUR").then(1.1).otherwise(1.0)
    price = pl.col("unit_amount").cast(pl.Float64) * pl.col("quantity").cast(pl.Float64)
    v = tables["subscription_versions"].with_columns((price * kept * a_month * rate).alias("mrr"))
    v = v.filter(pl.col("mrr") > 0)
    return [_polars_period(tables, v, start, end) for start, end in PERIODS]


def _polars_period(
    tables: Mapping[str, Any],
    v: Any,  # noqa: ANN401 - a frame
    start: datetime,
    end: datetime,
) -> tuple[float, ...]:
    import polars as pl  # noqa: PLC0415 - never a dependency

    def held(at: datetime, name: str) -> Any:  # noqa: ANN401 - a frame
        until = pl.col("valid_to")
        there = v.filter((pl.col("valid_from") < at) & (until.is_null() | (until >= at)))
        return there.group_by("customer_id").agg(pl.col("mrr").sum().alias(name))

    def within(name: str, at: str) -> Any:  # noqa: ANN401 - a frame
        return tables[name].filter((pl.col(at) >= start) & (pl.col(at) < end))

    both = held(start, "opening").join(
        held(end, "closing"), on="customer_id", how="full", coalesce=True
    )
    lost, stayed = both.filter(pl.col("closing").is_null()), both.drop_nulls()
    gained = stayed["closing"] - stayed["opening"]
    counts = (pl.col("created_by") == "customer") & ~pl.col("is_spam")
    replied = within("tickets", "first_agent_reply_at").filter(counts)
    answered = within("survey_responses", "responded_at")
    newest = answered.sort("responded_at").unique(
        ["survey", "customer_id", "respondent_id"], keep="last"
    )
    nps, csat = (
        rows.filter(pl.col("survey") == name)["score"].cast(pl.Float64)
        for name, rows in (("nps", newest), ("csat", answered))
    )
    active = within("usage_events", "event_at").select("customer_id").unique()
    until = pl.col("valid_to")
    there = v.filter((pl.col("valid_from") < end) & (until.is_null() | (until >= start)))
    there = there.select("customer_id").unique()
    return (
        len(lost) / max(both["opening"].count(), 1),
        lost["opening"].sum(),
        gained.clip(lower_bound=0).sum(),
        -gained.clip(upper_bound=0).sum(),
        both.filter(pl.col("opening").is_null())["closing"].sum(),
        len(within("tickets", "created_at").filter(counts)),
        (replied["first_agent_reply_at"] - replied["created_at"]).median().total_seconds() / 60,
        100 * ((nps >= 9).mean() - (nps <= 6).mean()),  # noqa: PLR2004 - the definition
        (csat >= 4).mean(),  # noqa: PLR2004
        len(there.join(active, on="customer_id", how="semi")) / max(len(there), 1),
    )


def main() -> None:
    """Compute them one way and say what it took, without the start of Python."""
    which, root = sys.argv[1:]
    rows = {"pandas": in_pandas, "polars": in_polars}[which](Path(root))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s, most = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    last = [float(one) for one in rows[-1]]
    print(json.dumps({"cpu_s": cpu_s, "rss": most, "last": last}))


if __name__ == "__main__":
    main()
