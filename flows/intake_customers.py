"""Who are the customers in somebody's exports, how are they known, and who looks after them?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.intake_drafts import Column, Draft, Export, id_of, renamed
from tasks.connectors.tabular.written import as_id

BY_ID, BY_NAME = "id", "name"
SOME = 0.5  # share of rows that must find their customer before a link is believed


@dataclass(frozen=True, slots=True)
class Known:
    """The sheet that tells who is a customer, and by what the other sheets name one."""

    export: Export
    by: str

    def column(self, export: Export) -> Column | None:
        """Return what names the customer of a row; None where the sheet names none."""
        column = _column_of(export, self.by, is_list=export is self.export)
        if column is None:
            return None
        return id_of(column) if self.by == BY_NAME else column


def customers_known(exports: Sequence[Export]) -> Known | None:
    """Return which sheet names the customers, and by what they are best recognised elsewhere."""
    order = ("customers", "subscriptions", "deals", "contacts", "tickets")
    naming = [one for kind in order for one in exports if one.kind == kind]
    naming = [one for one in naming if any(_column_of(one, by, is_list=True) for by in _BOTH)]
    if not naming:
        return None
    return max(
        (Known(naming[0], by) for by in _BOTH if _column_of(naming[0], by, is_list=True)),
        key=lambda known: _found(known, exports),
    )


_BOTH = (BY_ID, BY_NAME)


def _found(known: Known, exports: Iterable[Export]) -> float:
    """Return how many of the other sheets' rows find their customer, as a sum of shares."""
    there = _keys(known.export, known.by, is_list=True)
    found = 0.0
    for one in exports:
        if one is not known.export and (named := _keys(one, known.by)):
            found += len(named & there) / len(named)
    return found


def _keys(export: Export, by: str, *, is_list: bool = False) -> set[str]:
    column = _column_of(export, by, is_list=is_list)
    cells = export.sheet.filled(column) if column else ()
    return {as_id((cell,)) or "" for cell in cells} if by == BY_NAME else set(cells)


def _column_of(export: Export, by: str, *, is_list: bool = False) -> str | None:
    """Return the column with a customer's id or name; ``is_list``: the rows are customers."""
    is_list = is_list and export.kind in {"customers", "subscriptions"}
    wanted: tuple[str, ...] = ("customer_id", "record_id")
    if by == BY_NAME:
        wanted = ("customer_name", "name")
    if export.kind == "customers" and export.maker == "HubSpot":
        wanted = wanted[::-1] if by == BY_ID else wanted
    if not is_list or (export.kind == "subscriptions" and by == BY_ID):
        wanted = wanted[:1]
    return next((export.roles[role] for role in wanted if role in export.roles), None)


def customers(known: Known) -> Draft:
    """Return the table of customers; from a sheet that is about something else, each once."""
    export = known.export
    key = known.column(export)
    name = _column_of(export, BY_NAME, is_list=True) or _column_of(export, BY_ID, is_list=True)
    columns: dict[str, Column] = {"customer_id": key or "", "name": name or ""}
    columns |= renamed(
        export,
        segment="segment",
        industry="industry",
        country="country",
        region="region",
        is_test="is_test",
        plan="plan",
    )
    if export.kind == "customers":
        columns |= renamed(export, created_at="created")
    if "owner" in export.roles:
        columns["owner_id"] = id_of(export.roles["owner"])
    draft = Draft("customers", export, columns)
    if known.by == BY_NAME or export.kind != "customers":
        draft.settings["each_once"] = True
    return draft


def owners(known: Known) -> Draft | None:
    """Return the table of the people who look after customers."""
    owner = known.export.roles.get("owner")
    if owner is None:
        return None
    columns: dict[str, Column] = {"owner_id": id_of(owner), "name": owner}
    if all("@" in cell for cell in known.export.sheet.filled(owner)):
        columns["email"] = owner
    return Draft("owners", known.export, columns, settings={"each_once": True})


def contacts(export: Export, known: Known) -> Draft | None:
    """Return the table of the people at customers."""
    key = known.column(export)
    mine = export.roles.get("contact_id") or export.roles.get("record_id") or export.roles["email"]
    if key is None:
        return None
    columns: dict[str, Column] = {"contact_id": mine, "customer_id": key}
    return Draft("contacts", export, columns | renamed(export, email="email", role="job_title"))


def links(export: Export, known: Known) -> Mapping[str, Column]:
    """Return the column that names a row's customer, where the sheet has one."""
    key = known.column(export)
    return {"customer_id": key} if key else {}
