"""In which segment is a row? In the one its customer was in at the time at which it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pandas as pd

from tasks.engine.opinion.tables import Tables

COLUMNS = {
    "segment": "segment",
    "plan": "plan",
    "region": "region",
    "owner": "owner_id",
    "industry": "industry",
    "country": "country",
    "acquired_via": "acquired_via",
}
VERSIONED = ("segment", "plan", "region", "owner_id")
NONE = "(none)"
LONG_AGO = pd.Timestamp("1700-01-01")


class Segments:
    """The customers' attributes, now and then."""

    def __init__(self, tables: Tables) -> None:
        """Take where the tables are; they are read when they are asked for."""
        self._tables = tables
        self._known: dict[pd.Timestamp, pd.DataFrame] = {}

    def knows(self, dimension: Sequence[str]) -> bool:
        """Return whether rows can be cut by all attributes of ``dimension``."""
        return all(name in COLUMNS for name in dimension)

    def attributes(self, rows: pd.DataFrame, names: Iterable[str]) -> dict[str, list[str]]:
        """Return the named attributes of each row; ``(none)`` for those without."""
        who = rows["customer_id"]
        then = self._then(rows) if len(self._versions) and len(rows) else None
        found = {}
        for name in names:
            column = COLUMNS[name]
            now = who.map(self._now[column])
            if then is not None and column in VERSIONED:
                now = then[column].where(then[column].notna(), now)
            found[name] = [one if isinstance(one, str) and one else NONE for one in now]
        return found

    def _then(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what stood in the version in force at ``at``, row by row."""
        first = rows["at"].iloc[0]
        if (rows["at"] == first).all():
            return self._all_at(first).reindex(rows["customer_id"]).set_axis(rows.index)
        asked = pd.DataFrame(
            {
                "customer_id": rows["customer_id"].astype(object),
                "at": rows["at"].astype("datetime64[us]"),
                "place": range(len(rows)),
            }
        ).sort_values("at")
        asked = asked[asked["customer_id"].notna()]
        found = pd.merge_asof(
            asked, self._versions, left_on="at", right_on="valid_from", by="customer_id"
        )
        return found.set_index("place").reindex(range(len(rows))).set_axis(rows.index)

    def _all_at(self, at: pd.Timestamp) -> pd.DataFrame:
        """Return what stood in everybody's version in force at one time."""
        if at not in self._known:
            begun = self._versions[self._versions["valid_from"] <= at]
            latest = begun.drop_duplicates("customer_id", keep="last")
            self._known[at] = latest.set_index("customer_id")
        return self._known[at]

    @cached_property
    def _now(self) -> pd.DataFrame:
        columns = ("customer_id", *dict.fromkeys(COLUMNS.values()))
        return self._tables.read("customers", *columns).set_index("customer_id")

    @cached_property
    def _versions(self) -> pd.DataFrame:
        """What customers were since when; the first that is known of each reaches back."""
        found = self._tables.read("customer_versions", "customer_id", "valid_from", *VERSIONED)
        found = found[found["customer_id"].isin(self._now.index)].sort_values("valid_from")
        first = ~found["customer_id"].duplicated()
        found["valid_from"] = found["valid_from"].astype("datetime64[us]").mask(first, LONG_AGO)
        return found.sort_values("valid_from", kind="stable")
