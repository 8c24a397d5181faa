"""Which properties of HubSpot look like MRR, renewal, plan, segment, region or owner?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.connectors.hubspot.settings import (
    ENDS,
    MRR,
    PLAN,
    REGION,
    SEGMENT,
    STARTS,
    TERM,
    Names,
)
from tasks.connectors.streams import Row

TEXTS, NUMBERS, DATES = ("enumeration", "string"), ("number",), ("date", "datetime")
FEW = 4  # values of a list that are shown


@dataclass(frozen=True, slots=True)
class Sort:
    """One thing a property can be: our name of it, how it is called, and of which type it is."""

    kind: str
    ours: str
    words: re.Pattern[str]
    types: Names
    usual: Names = ()


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b({text})\b", re.IGNORECASE)


MONTHLY = _words(r"mrr|monthly recurring( revenue)?|recurring revenue monthly")
SORTS = (
    Sort("companies", "segment", _words(r"segment|tier"), TEXTS, SEGMENT),
    Sort("companies", "plan", _words(r"plan|package|edition"), TEXTS, PLAN),
    Sort("companies", "region", _words(r"region|territory"), TEXTS, REGION),
    Sort("companies", "mrr", MONTHLY, NUMBERS, MRR),
    Sort("companies", "owner", _words(r"owner|csm|success manager|account manager"), TEXTS),
    Sort("deals", "mrr", MONTHLY, NUMBERS, MRR),
    Sort("deals", "starts_on", _words(r"(contract|subscription|service) start"), DATES, STARTS),
    Sort("deals", "ends_on", _words(r"renewal|(contract|subscription|service) end"), DATES, ENDS),
    Sort(
        "deals",
        "term_months",
        _words(r"(contract|subscription) (term|length)|term (in )?months"),
        NUMBERS,
        TERM,
    ),
)


@dataclass(frozen=True, slots=True)
class Look:
    """One property that looks like something of ours."""

    kind: str
    ours: str
    name: str
    label: str
    values: Names = ()
    is_theirs: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it can be mapped unasked: what the company made itself, and we have one of."""
        return not self.is_theirs and (self.kind, self.ours) not in {
            ("companies", "mrr"),
            ("companies", "owner"),
        }

    @property
    def in_words(self) -> str:
        """What people see of it in HubSpot."""
        listed = ", ".join(self.values[:FEW]) + (", ..." if len(self.values) > FEW else "")
        return f"{self.label} ({listed})" if listed else self.label


def looks_of(kind: str, definitions: Iterable[Row]) -> Iterator[Look]:
    """Yield the properties of ``kind`` that look like one of ours, the likeliest of each first."""
    rows = [row for row in definitions if not row.get("archived")]
    for sort in SORTS:
        if sort.kind == kind:
            found = [row for row in rows if _fits(sort, row)]
            yield from (_look(sort, row) for row in sorted(found, key=lambda row: _rank(sort, row)))


def _fits(sort: Sort, row: Row) -> bool:
    if row.get("type") not in sort.types or (sort.ours == "owner" and _is_theirs(row)):
        return False
    name = str(row.get("name"))
    said = f"{name.replace('_', ' ')} / {row.get('label') or ''}"
    return name in sort.usual or bool(sort.words.search(said))


def _rank(sort: Sort, row: Row) -> tuple[bool, bool, int, str]:
    """Return how unlikely it is: the company's own come before HubSpot's, lists before texts."""
    name = str(row["name"])
    return _is_theirs(row), name not in sort.usual, sort.types.index(str(row["type"])), name


def _is_theirs(row: Row) -> bool:
    """Return whether HubSpot made it: hs_mrr adds up line items, which we do ourselves."""
    return bool(row.get("hubspotDefined")) or str(row["name"]).startswith(("hs_", "hubspot_"))


def _look(sort: Sort, row: Row) -> Look:
    values = tuple(str(one.get("label") or one.get("value")) for one in row.get("options") or ())
    name = str(row["name"])
    label = str(row.get("label") or name)
    return Look(sort.kind, sort.ours, name, label, values, _is_theirs(row))
