"""Companies as customers, contacts as contacts, and which customer a contact belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tasks.connectors.values import Raw, Row, inside, plain, when

ATTRIBUTE = "attribute:"


def customer_id(company: Raw, rule: str) -> str | None:
    """Return which customer a company is: its ``company_id``, its ``id``, or an attribute of it.

    An attribute that holds a list, a truth or nothing names no customer.
    """
    if rule.startswith(ATTRIBUTE):
        value = inside(company, "custom_attributes", rule.removeprefix(ATTRIBUTE))
        return None if isinstance(value, bool) else plain(value)
    return plain(company.get(rule))


def customer_row(company: Raw, rule: str) -> Row | None:
    """Return a company as a row of ``customers``; None where it names no customer."""
    known_as = customer_id(company, rule)
    if known_as is None:
        return None
    return {
        "customer_id": known_as,
        "name": plain(company.get("name")),
        "segment": None,
        "industry": plain(company.get("industry")),
        "country": None,
        "acquired_via": None,
        "referrer_id": None,
        "is_test": None,
        "merged_into": None,
        "plan": plain(inside(company, "plan", "name")),
        "created_at": when(company.get("remote_created_at") or company.get("created_at")),
        "external_ids": f"intercom:{plain(company.get('id'))}",
        "updated_at": when(company.get("updated_at")),
    }


def companies_of(contact: Raw) -> Iterator[str]:
    """Yield the ids of the companies that a contact names; Intercom names ten at most."""
    found = inside(contact, "companies", "data")
    for one in found if isinstance(found, list) else ():
        if known_as := plain(inside(one, "id")):
            yield known_as


def customer_of(contact: Raw, customers: Mapping[str, str]) -> str | None:
    """Return the customer of a contact: of the first of its companies that is one."""
    return next((customers[one] for one in companies_of(contact) if one in customers), None)


def contact_row(contact: Raw, customers: Mapping[str, str]) -> Row | None:
    """Return a row of ``contacts``; None where its customer is unknown."""
    customer = customer_of(contact, customers)
    if customer is None:
        return None
    return {
        "contact_id": plain(contact.get("id")),
        "customer_id": customer,
        "email": plain(contact.get("email")),
        "role": None,
        "active": None,
        "last_seen_at": when(contact.get("last_seen_at")),
        "updated_at": when(contact.get("updated_at")),
    }
