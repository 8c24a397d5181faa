"""Customers of a Stripe account as rows of ``customers``, and by which id everybody knows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.connectors.streams import Row as Landed
from tasks.connectors.stripe.reading import id_of, key
from tasks.connectors.stripe.settings import MetadataKeys
from tasks.connectors.values import Row, inside, plain, when

YES = frozenset(("true", "yes", "1"))


@dataclass(slots=True)
class People:
    """Whom a Stripe id stands for: your own id of the customer, where its metadata has one."""

    said: MetadataKeys
    ids: dict[str, str] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    gone: dict[str, str | None] = field(default_factory=dict)  # with their names

    def learn(self, customer: Landed) -> None:
        """Take a customer's own id."""
        self.there.add(key(customer))
        own = _metadata(customer, self.said.customer_id)
        if own is not None:
            self.ids[key(customer)] = own

    def meet(self, row: Landed) -> None:
        """Take whom a subscription or an invoice is about: Stripe lists no deleted customers."""
        known_as = id_of(row.get("customer"))
        if known_as is not None and known_as not in self.there:
            name = _first(row, "customer_name", "customer_email")
            self.gone[known_as] = self.gone.get(known_as) or name

    def only_met(self) -> Iterator[Row]:
        """Yield a row for each that only subscriptions and invoices know."""
        for known_as, name in self.gone.items():
            yield self.row({"id": known_as, "name": name})

    def known_as(self, given: object) -> str | None:
        """Return a customer's id, from Stripe's id or from a whole customer."""
        known_as = id_of(given)
        return None if known_as is None else self.ids.get(known_as, known_as)

    def row(self, customer: Landed) -> Row:
        """Return a customer as a row; one that was deleted stays, as what it paid does."""
        said = self.said
        test = _metadata(customer, said.is_test)
        own = self.known_as(customer)
        return {
            "customer_id": own,
            "name": _first(customer, "name", "description", "email"),
            "segment": _metadata(customer, said.segment),
            "industry": _metadata(customer, said.industry),
            "country": plain(inside(customer, "address", "country")),
            "acquired_via": _metadata(customer, said.acquired_via),
            "referrer_id": _metadata(customer, said.referrer_id),
            "is_test": "true" if (test or "").lower() in YES else "false",
            "merged_into": None,
            "parent_id": _metadata(customer, said.parent_id),
            "owner_id": _metadata(customer, said.owner_id),
            "plan": _metadata(customer, said.plan),
            "region": _metadata(customer, said.region),
            "created_at": when(customer.get("created")),
            "external_ids": f"stripe:{key(customer)}",
            "updated_at": None,
        }


def _metadata(customer: Landed, name: str | None) -> str | None:
    return None if name is None else plain(inside(customer, "metadata", name))


def _first(customer: Landed, *names: str) -> str | None:
    return next((found for name in names if (found := plain(customer.get(name)))), None)
