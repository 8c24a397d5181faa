"""How much SOQL does a Salesforce of our own understand? What selects, compares times, and sorts."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.doubles.salesforce_org import LOOKUPS, Org, Row

QUESTION = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<sobject>\w+)"
    r"(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>[\w, ]+))?"
)
CONDITION = re.compile(r"(\w+) (>=|<) (\S+)")
AMONG = re.compile(r"(\w+) IN \(('\w+'(?:, '\w+')*)\)")
COMPARED = {">=": operator.ge, "<": operator.lt}
COUNT = "COUNT()"


class Unfit(Exception):
    """What nobody can answer; ``code`` is what Salesforce calls it."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in parts."""

    sobject: str
    fields: tuple[str, ...]
    where: tuple[tuple[str, str, datetime], ...]
    order: tuple[str, ...]
    among: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def counts(self) -> bool:
        return self.fields == (COUNT,)

    def rows(self, org: Org, *, with_deleted: bool) -> list[Row]:
        """The rows that fit, each with the fields that are asked for."""
        there = org.rows[self.sobject].values()
        found = [row for row in there if (with_deleted or not row["IsDeleted"]) and self._fits(row)]
        found.sort(key=lambda row: [str(row[name]) for name in self.order])
        return [{name: self._value(org, row, name) for name in self.fields} for row in found]

    def _fits(self, row: Row) -> bool:
        if not all(row[name] in values for name, values in self.among):
            return False
        return all(
            COMPARED[sign](datetime.fromisoformat(row[name]), at) for name, sign, at in self.where
        )

    def _value(self, org: Org, row: Row, name: str) -> Any:
        own, _, of_another = name.partition(".")
        if not of_another:
            return None if name == COUNT else org.value(self.sobject, row, name)
        lookup = next(key for key, called in LOOKUPS.items() if called == own)
        other = org.rows[own].get(row.get(lookup) or "")
        return other and other.get(of_another)

    def nested(self, row: Row) -> Row:
        """A row as REST gives it."""
        found: Row = {"attributes": {"type": self.sobject, "url": f"/{row.get('Id')}"}}
        for name, value in row.items():
            own, _, of_another = name.partition(".")
            if of_another:
                found[own] = value and {"attributes": {"type": own}, of_another: value}
            else:
                found[name] = value
        return found

    def flat(self, row: Row) -> dict[str, str]:
        """A row as the Bulk API gives it: text, nothing is empty."""
        return {name: _written(value) for name, value in row.items()}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).replace("+0000", "Z")


def read(text: str, org: Org) -> Question:
    """What a question in SOQL asks of ``org``; raise Unfit where it cannot be answered."""
    found = QUESTION.fullmatch(text)
    if found is None:
        raise Unfit("MALFORMED_QUERY", f"unexpected token: {text}")
    sobject, fields = found["sobject"], tuple(found["fields"].split(", "))
    if sobject in org.forbidden or sobject not in org.fields:
        raise Unfit("INVALID_TYPE", f"sObject type '{sobject}' is not supported.")
    visible = {*org.visible(sobject), COUNT}
    visible |= {LOOKUPS[name] for name in visible & LOOKUPS.keys()}
    parts = [one for one in (found["where"] or "").split(" AND ") if one]
    among = tuple(
        (one[1], frozenset(one[2].replace("'", "").split(", ")))
        for part in parts
        if (one := AMONG.fullmatch(part))
    )
    conditions = [CONDITION.fullmatch(part) for part in parts if not AMONG.fullmatch(part)]
    if not all(conditions):
        raise Unfit("MALFORMED_QUERY", f"unexpected token: {found['where']}")
    where = tuple((one[1], one[2], datetime.fromisoformat(one[3])) for one in conditions if one)
    order = tuple((found["order"] or "Id").split(", "))
    for name in (*fields, *(one[0] for one in (*where, *among)), *order):
        if name.partition(".")[0] not in visible:
            raise Unfit("INVALID_FIELD", f"No such column '{name}' on entity '{sobject}'.")
    if len(set(fields)) < len(fields):
        raise Unfit("MALFORMED_QUERY", "duplicate field selected")
    return Question(sobject, fields, where, order, among)
