"""Users as contacts, organizations as customers, and which customer an organization is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.connectors.values import Raw, Row, flag, inside, plain, when

AGENTS = frozenset({"agent", "admin"})
FIELD = "field:"


@dataclass(frozen=True, slots=True)
class Person:
    """What tickets need to know of a user."""

    is_agent: bool = False
    organization: str | None = None
    suspended: bool = False


def person(user: Raw) -> Person:
    """Return what tickets need to know of ``user``."""
    return Person(
        is_agent=user.get("role") in AGENTS,
        organization=plain(user.get("organization_id")),
        suspended=user.get("suspended") is True and user.get("role") not in AGENTS,
    )


def customer_id(organization: Raw, rule: str) -> str | None:
    """Return which customer an organization is: its ``external_id``, its ``id``, or a field of it.

    ``rule`` is one of the two, or ``field:KEY`` for an organization field. A field that holds a
    list, a truth or nothing names no customer.
    """
    if rule.startswith(FIELD):
        value = inside(organization, "organization_fields", rule.removeprefix(FIELD))
        return None if isinstance(value, bool) else plain(value)
    return plain(organization.get(rule))


def customer_row(organization: Raw, rule: str) -> Row | None:
    """Return an organization as a row of ``customers``; None where it names no customer."""
    known_as = customer_id(organization, rule)
    if known_as is None:
        return None
    return {
        "customer_id": known_as,
        "name": plain(organization.get("name")),
        "segment": None,
        "industry": None,
        "country": None,
        "acquired_via": None,
        "referrer_id": None,
        "is_test": None,
        "merged_into": None,
        "created_at": when(organization.get("created_at")),
        "external_ids": f"zendesk:{plain(organization.get('id'))}",
        "updated_at": when(organization.get("updated_at")),
    }


def contact_row(user: Raw, customers: Mapping[str, str], *, deleted: bool = False) -> Row | None:
    """Return a user as a row of ``contacts``; None for agents and where the customer is unknown."""
    customer = customers.get(plain(user.get("organization_id")) or "")
    if customer is None or user.get("role") in AGENTS:
        return None
    return {
        "contact_id": plain(user.get("id")),
        "customer_id": customer,
        "email": plain(user.get("email")),
        "role": None,
        "active": flag(_is_active(user) and not deleted),
        "last_seen_at": when(user.get("last_login_at")),
        "updated_at": when(user.get("updated_at")),
    }


def _is_active(user: Raw) -> bool:
    """Return whether the user is there; one who was merged into another is not."""
    return user.get("active") is not False and user.get("suspended") is not True
