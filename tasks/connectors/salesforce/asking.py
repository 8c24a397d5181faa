"""Which question gets the rows? SOQL, of the fields that the org really lets us see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from tasks.connectors.api import Rejected
from tasks.connectors.salesforce.access import clock
from tasks.connectors.salesforce.objects import ID, Kind

if TYPE_CHECKING:
    from tasks.connectors.http import Session


@dataclass(frozen=True, slots=True)
class Place:
    """The paths of one version of the API."""

    version: str

    @property
    def home(self) -> str:
        """Where everything of this version stands."""
        return f"/services/data/v{self.version}"

    @property
    def query(self) -> str:
        """Where living rows are asked for."""
        return f"{self.home}/query"

    @property
    def query_all(self) -> str:
        """Where deleted and archived rows are asked for, too."""
        return f"{self.home}/queryAll"

    @property
    def jobs(self) -> str:
        """Where large questions are ordered."""
        return f"{self.home}/jobs/query"

    def describe(self, sobject: str) -> str:
        """Return where it stands which fields an object has."""
        return f"{self.home}/sobjects/{sobject}/describe"

    def deleted(self, sobject: str) -> str:
        """Return where it stands which rows of an object were deleted."""
        return f"{self.home}/sobjects/{sobject}/deleted/"


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields that are asked for, whether some may change unseen, and the time over there."""

    fields: tuple[str, ...]
    has_formulas: bool
    clock: datetime

    @property
    def digest(self) -> str:
        """A digest: rows that were read with other fields are of no use."""
        return sha256(" ".join(self.fields).encode()).hexdigest()[:16]


def described(
    kind: Kind, place: Place, leave_out: tuple[str, ...], session: Session, now: datetime
) -> Asked:
    """Return what can be asked of an object; Rejected where a field that is needed is missing."""
    answer = session.get(place.describe(kind.sobject), expects={"fields": list})
    formulas = {str(one["name"]): bool(one.get("calculated")) for one in answer.data["fields"]}
    lookups = {
        str(one["relationshipName"]) for one in answer.data["fields"] if one.get("relationshipName")
    }

    def is_there(name: str) -> bool:
        own, _, of_another = name.partition(".")
        return own in lookups if of_another else own in formulas

    needed = (ID, kind.stamp, *(("IsDeleted",) if kind.is_deleted else ()), *kind.needed)
    wanted = dict.fromkeys((*needed, *kind.hoped, *kind.guessed))
    if missing := [one for one in dict.fromkeys(needed) if not is_there(one)]:
        raise _missing(session.api.source, kind, missing)
    fields = tuple(one for one in wanted if is_there(one) and one not in leave_out)
    # what stands in another row may change, too, without a trace on this one
    has_formulas = any(formulas.get(one) or "." in one for one in fields)
    return Asked(fields, has_formulas, clock(answer, now))


def _missing(source: str, kind: Kind, missing: list[str]) -> Rejected:
    names = ", ".join(missing)
    return Rejected(
        f"{source}: {kind.name} could not be read: {kind.sobject} shows no field {names}.",
        todo="Correct its name in the configuration, or let the integration user's permission set "
        "read it: what a user may not see, Salesforce hides without a word.",
    )


def soql(
    kind: Kind, fields: tuple[str, ...], low: datetime | None, high: datetime, *, sorted_: bool
) -> str:
    """Return the question for rows changed from ``low`` to before ``high``, the oldest first."""
    said = [f"{kind.stamp} < {moment(high)}"]
    said += [f"{kind.stamp} >= {moment(low)}"] if low else []
    said += [kind.where] if kind.where else []
    order = f" ORDER BY {kind.stamp}, {ID}" if sorted_ else ""
    named, where = ", ".join(fields), " AND ".join(said)
    return f"SELECT {named} FROM {kind.sobject} WHERE {where}{order}"  # noqa: S608 - our own names


def moment(at: datetime) -> str:
    """Return an instant as SOQL takes it; parts of a second are dropped."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
