"""Who is behind a record? The contact it is tied to, and the company, its own or the contact's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.connectors.hubspot.standing import Standing

if TYPE_CHECKING:
    from tasks.connectors.hubspot.records import Record


@dataclass(frozen=True, slots=True)
class People:
    """The companies and contacts that stand, and which contact belongs to which company."""

    companies: Standing = field(default_factory=Standing)
    contacts: Standing = field(default_factory=Standing)
    employer: Mapping[str, str] = field(default_factory=dict)

    def behind(self, record: Record) -> tuple[str | None, str | None]:
        """Return the contact and the company behind ``record``."""
        contact = self.contacts.now(record.tied_to("contacts"))
        company = self.companies.now(record.tied_to("companies"))
        return contact, company or self.employer.get(contact or "")
