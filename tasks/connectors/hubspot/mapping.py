"""What do the records of an account become? Our tables, rebuilt from everything that was landed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.connectors.hubspot import companies as firms
from tasks.connectors.hubspot.companymrr import versions
from tasks.connectors.hubspot.deals import TABLE, Selling, deal
from tasks.connectors.hubspot.kinds import TOUCHES, attributes
from tasks.connectors.hubspot.people import People
from tasks.connectors.hubspot.records import rank
from tasks.connectors.hubspot.tickets import ticket
from tasks.connectors.hubspot.voices import response, touch
from tasks.connectors.properties import Reader, written
from tasks.connectors.remarks import Remarks
from tasks.facts.deals import GRACE_DAYS, ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tasks.connectors.hubspot.account import Account
    from tasks.connectors.hubspot.landed import Landed
    from tasks.connectors.hubspot.records import Record
    from tasks.connectors.hubspot.settings import HubSpotSettings
    from tasks.connectors.hubspot.standing import Standing
    from tasks.facts.deals import Remark

Row = dict[str, str | None]
Placed = tuple[str, str, Row]  # the kind and id of the record a row comes from, and the row
WHY: Mapping[str, str] = {
    "no term": "no term and no end, so not in MRR; set 'term_months', or say which property has it",
    "no start": "no start and no closing date, so not in MRR",
    "no amount": "no amount, so not in MRR",
    "one-off": "one-off lines, which are not in MRR",
    "usage": "usage pricing, which is not in MRR",
    "credit": "credits, which never move MRR",
    "negative": "lines below zero, which never move MRR",
    "gap": "renewed long after the end of what it renews",
}


@dataclass(frozen=True, slots=True)
class Mapper:
    """Maps the landed records of one account."""

    settings: HubSpotSettings
    landed: Landed
    account: Account
    people: People
    companies: tuple[Record, ...]
    remarks: Remarks
    now: datetime
    grace_days: int = GRACE_DAYS

    def rows(self, table: str) -> Iterator[Placed]:
        """Yield the rows of one of our tables; nothing for one that HubSpot has not."""
        made = {
            "customers": self._customers,
            "customer_versions": self._versions,
            "owners": self._owners,
            "contacts": self._contacts,
            "touches": self._touches,
            "tickets": self._tickets,
            "survey_responses": self._responses,
        }
        return made[table]()

    def _reader(self, table: str) -> Reader:
        return Reader(table, self.remarks, self.account.zone)

    def _customers(self) -> Iterator[Placed]:
        said, over_time = self.settings.properties.companies, attributes(self.settings)
        reader, standing = self._reader("customers"), self.people.companies
        rows: dict[str, Row] = {}
        for company in self._living():
            row = firms.customer(company, said, over_time, self.account, standing, reader)
            rows[company.id] = row
            yield "companies", company.id, row
        for loser, survivor in sorted(standing.survivors.items()):
            if survivor in rows:
                yield "companies", loser, firms.merged_customer(loser, rows[survivor])

    def _living(self) -> Iterator[Record]:
        return (one for one in self.companies if self.people.companies.has(one.id))

    def _versions(self) -> Iterator[Placed]:
        over_time, standing = attributes(self.settings), self.people.companies
        for company in self._living():
            for row in firms.versions(company, over_time, self.account, standing):
                yield "companies", company.id, row

    def _owners(self) -> Iterator[Placed]:
        for row, active in self.landed.owners():
            yield "owners", str(row["id"]), firms.owner(row, active=active)

    def _contacts(self) -> Iterator[Placed]:
        said, reader = self.settings.properties.contacts, self._reader("contacts")
        for one in self.landed.records("contacts"):
            if self.people.contacts.has(one.id):
                for row in firms.contact(one, said, self.people.companies, reader):
                    yield "contacts", one.id, row

    def _touches(self) -> Iterator[Placed]:
        reader = self._reader("touches")
        for kind in TOUCHES:
            standing = self.landed.standing(kind)
            for one in self.landed.records(kind):
                if standing.has(one.id):
                    for row in touch(one, kind, self.people, reader, self.now):
                        yield kind, one.id, row

    def _tickets(self) -> Iterator[Placed]:
        said, reader = self.settings.properties.tickets, self._reader("tickets")
        standing = self.landed.standing("tickets")
        for one in self.landed.records("tickets"):
            if standing.now(one.id) is not None:
                row = ticket(one, said, self.account, self.people, standing, reader)
                yield "tickets", one.id, row

    def _responses(self) -> Iterator[Placed]:
        reader = self._reader("survey_responses")
        standing = self.landed.standing("feedback_submissions")
        tickets = self.landed.standing("tickets")
        for one in self.landed.records("feedback_submissions"):
            if standing.has(one.id):
                for row in response(one, self.settings.surveys, self.people, tickets, reader):
                    yield "feedback_submissions", one.id, row

    def subscriptions(self) -> dict[str, list[Placed]]:
        """Return subscription_versions and contracts, as the rules for deals say."""
        standing = self.landed.standing("deals")
        selling = Selling(self.settings, self.account, self.people, standing, self._reader(TABLE))
        lines = self._lines(standing)
        found = [
            one
            for record in self.landed.records("deals")
            for one in deal(record, lines.get(record.id, ()), selling)
        ]
        said = ledger(found, grace_days=self.grace_days)
        self._remark(said.remarks)
        of_deals = _placed(said.versions, "subscription_id")
        return {
            "subscription_versions": self._of_companies() or of_deals,
            "contracts": _placed(said.contracts, "contract_id"),
        }

    def _of_companies(self) -> list[Placed]:
        """Return the subscriptions of an account that keeps its MRR at the companies."""
        name = self.settings.properties.companies.mrr
        if name is None:
            return []
        currency, reader = self.account.currency, self._reader(TABLE)
        return [
            ("companies", company.id, row)
            for company in self._living()
            for row in versions(company, name, currency, reader)
        ]

    def _lines(self, deals: Standing) -> dict[str, list[Record]]:
        standing = self.landed.standing("line_items")
        lines: dict[str, list[Record]] = defaultdict(list)
        for line in self.landed.records("line_items"):
            key = deals.now(line.tied_to("deals"))
            if key is not None and standing.has(line.id):
                lines[key].append(line)
        return {
            key: sorted(of_deal, key=lambda one: rank(one.id)) for key, of_deal in lines.items()
        }

    def _remark(self, remarks: Iterable[Remark]) -> None:
        by_what: dict[str, list[Remark]] = defaultdict(list)
        for remark in remarks:
            by_what[remark.what].append(remark)
        for what, those in by_what.items():
            deals = {remark.deal_id for remark in those}
            noun = "deal" if len(deals) == 1 else "deals"
            said = f"{len(deals):,} {noun}: {WHY.get(what, what)}{_worth(those)}"
            self.remarks.say(TABLE, said, len(deals))


def mapper(
    settings: HubSpotSettings,
    landed: Landed,
    remarks: Remarks,
    *,
    zone: str,
    now: datetime,
    grace_days: int = GRACE_DAYS,
) -> Mapper:
    """Return what maps an account; ``zone`` is the company's, ``now`` the end of what happened."""
    companies = tuple(landed.records("companies"))
    firms_standing = landed.standing("companies")
    contacts = landed.standing("contacts")
    employer = {
        contact.id: company
        for contact in landed.records("contacts")
        if contacts.has(contact.id)
        and (company := firms.company_of(contact, firms_standing)) is not None
    }
    people = People(firms_standing, contacts, employer)
    account = landed.account(zone)
    return Mapper(settings, landed, account, people, companies, remarks, now, grace_days)


def _worth(remarks: Iterable[Remark]) -> str:
    """Return what the remarks are about in money, a sum for each currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for remark in remarks:
        sums[remark.currency] += remark.amount
    said = [
        f"{amount:,.2f} {currency}".strip() for currency, amount in sorted(sums.items()) if amount
    ]
    return f" ({', '.join(said)})" if said else ""


def _placed(rows: Iterable[Mapping[str, object]], key: str) -> list[Placed]:
    return [
        ("deals", str(row[key]), {name: written(value) for name, value in row.items()})
        for row in rows
    ]
