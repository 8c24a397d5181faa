"""What is kept of a ticket? What our tables need, under names by which a customer can be forgotten.

Names of users and of custom fields are no customer's words, so none stands under ``Name``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.connectors.rt.settings import FIELD
from tasks.connectors.streams import Row
from tasks.connectors.values import Raw, inside, plain, several

PLAIN = ("id", "EffectiveId", "Status", "Subject", "Priority", "Created", "Resolved", "LastUpdated")
PERSON = ("type", "id", "EmailAddress", "Organization")
ASKED = {
    "fields": ",".join((*PLAIN, "Requestor", "Owner", "CustomFields")),
    "fields[Requestor]": "id,EmailAddress,Organization",
    "fields[Owner]": "id,Name",
}
NOBODY = "Nobody"


def kept(ticket: Raw, rule: str, names: frozenset[str], happened: Sequence[Row]) -> Row:
    """Return what is kept of a ticket to which ``happened`` has happened.

    ``rule`` is how it names its customer, ``names`` are the custom fields to keep.
    """
    asking, fields = _people(ticket), _fields(ticket, names)
    return {
        **{name: ticket.get(name) for name in PLAIN},
        "Requestor": asking,
        "owner_id": _owner(ticket),
        "CustomFields": fields,
        "customer_id": customer_of(asking, fields, rule),
        "History": list(happened),
    }


def _people(ticket: Raw) -> list[Row]:
    """Return who asked; groups are nobody."""
    given = _objects(ticket.get("Requestor"))
    return [{name: one.get(name) for name in PERSON} for one in given if one.get("type") != "group"]


def _fields(ticket: Raw, names: frozenset[str]) -> dict[str, Row]:
    given = [one for one in _objects(ticket.get("CustomFields")) if one.get("name") in names]
    return {
        one["name"]: {"field_id": plain(one.get("id")), "values": list(several(one.get("values")))}
        for one in given
    }


def _objects(value: object) -> list[Row]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _owner(ticket: Raw) -> str | None:
    owner = plain(inside(ticket, "Owner", "id"))
    return None if NOBODY in {owner, inside(ticket, "Owner", "Name")} else owner


def customer_of(asking: Sequence[Row], fields: Raw, rule: str) -> str | None:
    """Return whose a ticket is: as a custom field says, or a requestor's organization."""
    if rule.startswith(FIELD):
        named: Sequence[object] = several(inside(fields, rule.removeprefix(FIELD), "values"))
    else:
        named = [plain(one.get("Organization")) for one in asking]
    return next((str(one) for one in named if one), None)
