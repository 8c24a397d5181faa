"""From an org to tables: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.outcomes import absent_tables
from tasks.connectors.properties import written
from tasks.connectors.reconciling import counted
from tasks.connectors.remarks import Remarks
from tasks.connectors.salesforce import accounts as firms
from tasks.connectors.salesforce.access import api
from tasks.connectors.salesforce.cases import tickets
from tasks.connectors.salesforce.objects import (
    ACCOUNT_HISTORY,
    ACCOUNTS,
    CASES,
    CONTACTS,
    EVENTS,
    ID,
    LINES,
    OPPORTUNITIES,
    OWNERS,
    TASKS,
    attributes,
)
from tasks.connectors.salesforce.org import Org
from tasks.connectors.salesforce.selling import TABLE, deals
from tasks.connectors.salesforce.streams import streams
from tasks.connectors.salesforce.touches import responses, touches
from tasks.facts.deals import ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tasks.connectors.base import Surroundings
    from tasks.connectors.salesforce.settings import SalesforceSettings
    from tasks.connectors.tables import Rows
    from tasks.facts.deals import Remark
    from tasks.facts.raw import Extracted

WHY: Mapping[str, str] = {
    "no term": "no term and no end, so not in MRR; set 'term_months', or say which field has it",
    "no start": "no start and no close date, so not in MRR",
    "no amount": "no amount, so not in MRR",
    "one-off": "one-off lines, which are not in MRR",
    "usage": "usage pricing, which is not in MRR",
    "credit": "credits, which never move MRR",
    "negative": "lines below zero, which never move MRR",
    "gap": "renewed long after the end of what it renews",
}
BLIND = {CONTACTS: "contacts", OWNERS: "owners", CASES: "tickets"}  # nothing without their rows


def extracted(settings: SalesforceSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the org gives; what a stream could not give is a problem."""
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, streams(settings), session, surroundings)
    landed = Landed(settings.name, reports, surroundings)
    org = Org(settings, landed, Remarks(settings.name), surroundings.now)
    _look_for_fields(org)
    absent = {*absent_tables(reports), *_blind(org)}
    tables = [table.raw() for table in _tables(org, absent)]
    _tell_counts(org)
    return landed.extracted(tables, org.remarks.notes())


def _tables(org: Org, absent: set[str]) -> Iterator[Rows]:
    """Yield the tables; a KPI without its table has no data, which is not the same as nothing."""
    if "customers" not in absent:
        yield from _customers(org, absent)
    colleagues = firms.owners_of(org.rows(OWNERS))
    if "owners" not in absent:
        yield _filled(org, "owners", map(firms.owner, colleagues.values()), OWNERS)
    if "contacts" not in absent:
        reader = org.reader("contacts")
        rows = (firms.contact(row, org, reader) for row in org.rows(CONTACTS))
        yield _filled(org, "contacts", (row for row in rows if row), CONTACTS)
    if "touches" not in absent:
        yield _filled(org, "touches", touches(org), TASKS, EVENTS)
    if org.settings.cases and "tickets" not in absent:
        yield _filled(org, "tickets", tickets(org, frozenset(colleagues)), CASES)
    if org.settings.surveys and "survey_responses" not in absent:
        given = (row for said in org.settings.surveys for row in responses(org, said))
        objects = {said.object for said in org.settings.surveys}
        yield _filled(org, "survey_responses", given, *sorted(objects))
    if not {"subscription_versions", "contracts"} & absent:
        yield from _subscriptions(org)


def _customers(org: Org, absent: set[str]) -> Iterator[Rows]:
    reader, settings = org.reader("customers"), org.settings
    rows = {row[ID]: firms.customer(row, settings, org, reader) for row in org.rows(ACCOUNTS)}
    merged = [
        firms.merged_customer(loser, rows[into])
        for loser, into in sorted(org.merged(ACCOUNTS).items())
        if into in rows
    ]
    yield _filled(org, "customers", (*rows.values(), *merged), ACCOUNTS)
    history = firms.changes(org.rows(ACCOUNT_HISTORY), attributes(settings))
    if history and "customer_versions" not in absent:
        found = (one for key, row in rows.items() for one in firms.versions(row, history[key]))
        yield _filled(org, "customer_versions", found, ACCOUNT_HISTORY)


def _subscriptions(org: Org) -> Iterator[Rows]:
    said = ledger(deals(org), grace_days=org.landed.surroundings.grace_days)
    _remark(org, said.remarks)
    for name, rows in (("subscription_versions", said.versions), ("contracts", said.contracts)):
        texts = ({key: written(value) for key, value in row.items()} for row in rows)
        yield _filled(org, name, texts, OPPORTUNITIES, LINES)


def _filled(org: Org, name: str, rows: Iterable[dict[str, str | None]], *from_streams: str) -> Rows:
    table = org.landed.table(name, *from_streams)
    for row in rows:
        table.add(row)
    return table


def _blind(org: Org) -> Iterator[str]:
    for report in org.landed.reports:
        if report.skipped and report.stream.name in BLIND:
            yield BLIND[report.stream.name]


def _look_for_fields(org: Org) -> None:
    """Tell which of Salesforce's own fields are hidden: no row has them."""
    for kind in org.kinds.values():
        if kind.tables and (row := next(org.rows(kind.name), None)) is not None:
            heads = {name.partition(".")[0] for name in row}
            for name in kind.hoped:
                asked = name.partition(".")[0] in heads or name in org.settings.leave_out
                if not asked:
                    text = f"{kind.sobject} shows no field {name}, so nothing is known of it"
                    org.remarks.say(kind.tables[0], text, 1)


def _remark(org: Org, remarks: Iterable[Remark]) -> None:
    by_what: dict[str, list[Remark]] = defaultdict(list)
    for remark in remarks:
        by_what[remark.what].append(remark)
    for what, those in by_what.items():
        count = len({remark.deal_id for remark in those})
        noun = "opportunity" if count == 1 else "opportunities"
        org.remarks.say(TABLE, f"{count:,} {noun}: {WHY.get(what, what)}{_worth(those)}", count)


def _worth(remarks: Iterable[Remark]) -> str:
    """Return what the remarks are about in money, a sum for each currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for remark in remarks:
        sums[remark.currency] += remark.amount
    said = [
        f"{amount:,.2f} {currency}".strip() for currency, amount in sorted(sums.items()) if amount
    ]
    return f" ({', '.join(said)})" if said else ""


def _tell_counts(org: Org) -> None:
    for report in org.landed.reports:
        if report.server_total is not None:
            name = report.stream.name
            ours = sum(1 for _ in org.rows(name))
            counted(org.landed.surroundings, org.settings.name, (report,), name, ours)
