"""From a tenant to tables: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.connectors.base import Surroundings
from tasks.connectors.gainsight.access import api
from tasks.connectors.gainsight.rows import customer_id, customer_row, response_row, usage_row
from tasks.connectors.gainsight.settings import GainsightSettings
from tasks.connectors.gainsight.streams import COMPANIES, gsid, streams
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.streams import Row
from tasks.connectors.tables import Rows
from tasks.facts.raw import Extracted
from tasks.model import DataNote

SCORECARDS = (
    "scorecards are not read: health is computed here, from parts of its own; a field with a "
    "score can be a segment ('fields')."
)


@dataclass(slots=True)
class Tenant:
    """What was landed of a tenant, and which customer each of its companies is, by Gsid."""

    settings: GainsightSettings
    landed: Landed
    companies: list[Row] = field(default_factory=list)
    customers: dict[str, str] = field(default_factory=dict)
    nobody: Counter[str] = field(default_factory=Counter)  # rows of no customer, by table

    def know_companies(self) -> None:
        """Read the companies."""
        self.companies = list(self.landed.rows(COMPANIES))
        named = ((gsid(one), customer_id(one, self.settings.customer)) for one in self.companies)
        self.customers = {known_as: customer for known_as, customer in named if customer}

    def tables(self) -> Iterator[Rows]:
        """Yield the tables that the configuration asks for."""
        self.know_companies()
        if self.settings.customers:
            yield self._customers()
        if self.settings.surveys:
            yield self._responses()
        if self.settings.usage:
            yield self._usage()

    def _customers(self) -> Rows:
        table, named = self.landed.table("customers", COMPANIES), set[str]()
        for company in self.companies:
            known_as = self.customers.get(gsid(company))
            if known_as is not None and known_as not in named:
                named.add(known_as)
                table.add(customer_row(company, known_as, self.settings.fields, self.customers))
        return table

    def _responses(self) -> Rows:
        names = [survey.object for survey in self.settings.surveys]
        table = self.landed.table("survey_responses", *names)
        for survey in self.settings.surveys:
            for answer in self.landed.rows(survey.object):
                row = response_row(answer, survey, self.customers)
                self.nobody[table.table] += row is not None and row["customer_id"] is None
                table.add(row)
        return table

    def _usage(self) -> Rows:
        table = self.landed.table("usage_events", *(one.object for one in self.settings.usage))
        for usage in self.settings.usage:
            for use in self.landed.rows(usage.object):
                row = usage_row(use, usage, self.customers)
                self.nobody[table.table] += row is None
                table.add(row)
        return table

    def notes(self) -> Iterator[DataNote]:
        """Yield what is not read, and a note for each table that has rows of nobody."""
        source = self.settings.name
        if any(not report.failed for report in self.landed.reports):
            yield DataNote("not_read", source, f"{source}: {SCORECARDS}")
        for table, count in self.nobody.items():
            if count:
                text = f"{source}: rows for {table} whose company is no customer: {count:,}."
                yield DataNote("no_customer", source, text, count, table)


def extracted(settings: GainsightSettings, surroundings: Surroundings) -> Extracted:
    """Return the tables; what could not be read is a problem, and keeps what was loaded."""
    declared = streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    tenant = Tenant(settings, Landed(settings.name, reports, surroundings))
    tables = [table.raw() for table in tenant.tables()]
    return tenant.landed.extracted(tables, tuple(tenant.notes()))
