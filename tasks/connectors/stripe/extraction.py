"""From an account to tables: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tasks.connectors.base import Surroundings
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.reconciling import counted
from tasks.connectors.remarks import Remarks
from tasks.connectors.streams import Row as LandedRow
from tasks.connectors.stripe import standing
from tasks.connectors.stripe.access import api
from tasks.connectors.stripe.agreed import rows
from tasks.connectors.stripe.aside import Aside
from tasks.connectors.stripe.billed import failures, payment
from tasks.connectors.stripe.bought import Bought
from tasks.connectors.stripe.discounts import OF_COUPONS, Discounts
from tasks.connectors.stripe.history import Moment, Told, moment_of, versions
from tasks.connectors.stripe.people import People
from tasks.connectors.stripe.prices import OF_PRICES, Prices
from tasks.connectors.stripe.reading import key
from tasks.connectors.stripe.settings import StripeSettings
from tasks.connectors.stripe.streams import (
    CHANGES,
    COUPONS,
    CUSTOMERS,
    FAILURES,
    INVOICES,
    PRICES,
    PRODUCTS,
    SUBSCRIPTIONS,
    streams,
)
from tasks.connectors.stripe.terms import Observed, Reader
from tasks.connectors.tables import Rows
from tasks.connectors.values import Row, inside, plain
from tasks.facts.raw import Extracted, RawTable

VERSIONS, TRIAL = "subscription_versions", "trial"


def extracted(settings: StripeSettings, surroundings: Surroundings) -> Extracted:
    """Return the tables; what could not be read is a problem, and keeps what was loaded."""
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, streams(settings), session, surroundings)
    mapper = Mapper(
        settings, Landed(settings.name, reports, surroundings), Remarks(settings.name), surroundings
    )
    tables = list(mapper.tables())
    return mapper.landed.extracted(tables, mapper.remarks.notes())


@dataclass(slots=True)
class Mapper:
    """Makes the tables of what was landed."""

    settings: StripeSettings
    landed: Landed
    remarks: Remarks
    surroundings: Surroundings

    def tables(self) -> Iterator[RawTable]:
        """Yield every table."""
        people = People(self.settings.metadata)
        reader = Reader(
            Prices(self._by_id(PRICES, OF_PRICES), self._by_id(PRODUCTS, ("name",))),
            Discounts(self._by_id(COUPONS, OF_COUPONS), self.settings.discounts == "forever_only"),
        )
        for row in self.landed.rows(CUSTOMERS):
            people.learn(row)
            reader.discounts.learn(row)
        bought = Bought()
        for row in self.landed.rows(SUBSCRIPTIONS):
            reader.note(row)
            people.meet(row)
            bought.note(row)
        payments, lines = self._billed(people, reader)
        if self.settings.customers:
            yield self._customers(people)
        yield payments.raw()
        yield self._versions(lines, bought, people, reader)

    def _by_id(self, stream: str, names: Sequence[str]) -> dict[str, LandedRow]:
        """Return what is needed of a stream that others name by its ids: all of it is at hand."""
        rows = self.landed.rows(stream)
        return {key(row): {name: row[name] for name in names if name in row} for row in rows}

    def _customers(self, people: People) -> RawTable:
        table = self.landed.table("customers", CUSTOMERS)
        there: set[str | None] = set()
        for row in self.landed.rows(CUSTOMERS):
            made = people.row(row)
            if made["customer_id"] in there:
                self.remarks.add("customers", "several have the same id of yours: one is kept")
                continue
            there.add(made["customer_id"])
            table.add(made)
        for made in people.only_met():
            self.remarks.add(
                "customers", "those deleted at Stripe are known by what they paid alone"
            )
            table.add(made)
        return table.raw()

    def _billed(self, people: People, reader: Reader) -> tuple[Rows, Aside[Observed]]:
        """Return what was due, and what the lines of invoices say of each subscription."""
        table = self.landed.table("payments", INVOICES, FAILURES)
        failed = failures(self.landed.rows(FAILURES))
        zone, ours = ZoneInfo(self.surroundings.timezone), 0
        lines: Aside[Observed] = Aside()
        for invoice in self.landed.rows(INVOICES):
            ours += invoice.get("deleted") is not True
            reader.note(invoice)
            people.meet(invoice)
            customer = people.known_as(invoice.get("customer"))
            table.add(payment(invoice, customer, failed.of(key(invoice)), zone))
            if invoice.get("status") not in {"draft", "void"} and not invoice.get("deleted"):
                for subscription, one in reader.of_invoice(invoice):
                    lines.add(subscription, one)
        counted(self.surroundings, self.settings.name, self.landed.reports, INVOICES, ours)
        return table, lines

    def _moments(self, reader: Reader) -> Aside[Moment]:
        """Return what the events tell of each subscription."""
        found: Aside[Moment] = Aside()
        for event in self.landed.rows(CHANGES):
            known_as = plain(inside(event, "data", "object", "id"))
            moment = moment_of(event, reader, self.settings.pauses)
            if known_as is not None and moment is not None:
                found.add(known_as, moment)
        return found

    def _versions(
        self,
        lines: Aside[Observed],
        bought: Bought,
        people: People,
        reader: Reader,
    ) -> RawTable:
        table = self.landed.table(VERSIONS, SUBSCRIPTIONS, INVOICES, CHANGES)
        moments = self._moments(reader)
        for row in self.landed.rows(SUBSCRIPTIONS):
            told = Told(row, lines.of(key(row)), moments.of(key(row)))
            for made in self._items(told, bought, people, reader):
                table.add(made)
        if reader.discounts.unknown:
            count = len(reader.discounts.unknown)
            what = f"{count:,} discounts are no longer known, and lessen nothing"
            self.remarks.say(VERSIONS, what, count)
        return table.raw()

    def _items(self, told: Told, bought: Bought, people: People, reader: Reader) -> Iterator[Row]:
        customer, subscription = people.known_as(told.row.get("customer")), key(told.row)
        unpaid = standing.ends(told.row) if standing.is_unpaid(told.row) else None
        found = versions(told, reader, self.settings.pauses, self.surroundings.now)
        for item, made in found:
            if made:
                is_trial = made[0].status == standing.TRIALING
                kind = TRIAL if is_trial else bought.kind(told.row, made[0].since)
                yield from rows(subscription, item, customer, made, kind, unpaid)
