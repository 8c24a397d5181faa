"""Deals and their line items, as the rules that turn deals into subscriptions want them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.connectors.fields import named
from tasks.connectors.hubspot.kinds import STAGE
from tasks.connectors.hubspot.settings import ENDS, MRR, STARTS, TERM, HubSpotSettings, Names
from tasks.connectors.properties import MOST_MONTHS, Reader, text
from tasks.facts.deals import Deal, LineItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from tasks.connectors.fields import DealKind
    from tasks.connectors.hubspot.account import Account, Outcome
    from tasks.connectors.hubspot.people import People
    from tasks.connectors.hubspot.records import Record
    from tasks.connectors.hubspot.settings import DealProperties
    from tasks.connectors.hubspot.standing import Standing
    from tasks.facts.dealrecords import Billed

TABLE = "subscription_versions"
BILLED: Mapping[str, tuple[Billed, int]] = {
    "weekly": ("week", 1),
    "biweekly": ("week", 2),
    "monthly": ("month", 1),
    "quarterly": ("month", 3),
    "per_six_months": ("month", 6),
    "annually": ("year", 1),
    "per_two_years": ("year", 2),
    "per_three_years": ("year", 3),
    "per_four_years": ("year", 4),
    "per_five_years": ("year", 5),
}
TYPES: Mapping[str, DealKind] = {"newbusiness": "new", "existingbusiness": "upsell"}
WORDS: tuple[tuple[str, DealKind], ...] = (
    ("renew", "renewal"),
    ("upsell", "upsell"),
    ("expansion", "upsell"),
    ("add-on", "add_on"),
    ("amend", "amendment"),
    ("credit", "credit"),
)
_PERIOD = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?")


@dataclass(frozen=True, slots=True)
class Selling:
    """What has to be known to read deals."""

    settings: HubSpotSettings
    account: Account
    people: People
    deals: Standing
    reader: Reader


def deal(record: Record, lines: Sequence[Record], selling: Selling) -> Iterator[Deal]:
    """Yield a deal for the rules; nothing for one that sells nothing or belongs to nobody."""
    properties, reader = record.properties, selling.reader
    if not selling.deals.has(record.id) or _is_ignored(record, selling):
        return
    outcome = _outcome(record, selling)
    customer = selling.people.companies.now(record.tied_to("companies"))
    if customer is None:
        if outcome == "won":
            reader.remarks.add(TABLE, "won deals without a company are left out")
        return
    said = selling.settings.properties.deals
    term = _months(properties, named(said.term_months, TERM), reader)
    starts, ends = _span(properties, said, reader)
    yield Deal(
        deal_id=record.id,
        customer_id=customer,
        currency=text(properties, "deal_currency_code") or selling.account.currency or "",
        kind=_kind(record, selling),
        outcome=outcome,
        parent_id=selling.deals.now(text(properties, said.parent)) if said.parent else None,
        closed_on=_closed_on(record, selling, outcome),
        starts_on=starts,
        ends_on=ends,
        term_months=term or (None if lines else selling.settings.term_months),
        amount=reader.number(properties, "amount"),
        free_months=(reader.months(properties, said.free_months) or 0) if said.free_months else 0,
        lines=_lines(record, lines, selling),
        cancel_reason=_reason(properties, said.cancel_reason, selling.account),
    )


def _is_ignored(record: Record, selling: Selling) -> bool:
    stage = selling.account.stages.get(text(record.properties, STAGE) or "")
    names = {text(record.properties, "pipeline"), stage.pipeline_label if stage else None}
    return bool(names & set(selling.settings.pipelines.ignore))


def _outcome(record: Record, selling: Selling) -> Outcome:
    key = text(record.properties, STAGE) or ""
    if stage := selling.account.stages.get(key):
        return stage.outcome(selling.settings.stages)
    said = selling.settings.stages
    if key in said.won or key in said.lost:
        return "won" if key in said.won else "lost"
    selling.reader.remarks.add(
        TABLE, f"deal stage {key or '(none)'} is in no pipeline, so its deals count as open"
    )
    return "open"


def _kind(record: Record, selling: Selling) -> DealKind:
    """Return what a deal is: by the configuration, by words that say it, by HubSpot's own types."""
    stage = selling.account.stages.get(text(record.properties, STAGE) or "")
    pipeline = stage.pipeline_label if stage else ""
    if {text(record.properties, "pipeline"), pipeline} & set(selling.settings.pipelines.renewal):
        return "renewal"
    written = text(record.properties, "dealtype")
    shown = selling.account.label("deals", "dealtype", written) or ""
    for name in (written, shown):
        if name in selling.settings.deal_types:
            return selling.settings.deal_types[name]
    for word, kind in WORDS:
        if word in f"{written} {shown} {pipeline}".lower():
            return kind
    return _by_type(written, selling)


def _by_type(written: str | None, selling: Selling) -> DealKind:
    remarks = selling.reader.remarks
    if written == "existingbusiness":
        remarks.add(
            TABLE,
            "deals of type existingbusiness are taken for upsells, not renewals; if they renew, "
            "say so under 'deal_types' or 'pipelines'",
        )
    elif written and written not in TYPES:
        remarks.add(TABLE, f"dealtype '{written}' is not known: its deals are taken for new ones")
    return TYPES.get(written or "", "new")


def _closed_on(record: Record, selling: Selling, outcome: Outcome) -> date | None:
    """Return the day of the decision: the closing date, or when the stage became an end."""
    closed = selling.reader.local_day(record.properties, "closedate")
    if closed is not None or outcome == "open":
        return closed
    stage = text(record.properties, STAGE)
    entered = [change.at for change in record.history.get(STAGE, ()) if change.value == stage]
    return entered[-1].astimezone(selling.account.zone).date() if entered else None


def _lines(record: Record, lines: Sequence[Record], selling: Selling) -> tuple[LineItem, ...]:
    found = tuple(line for one in lines for line in line_item(one, selling.reader))
    if found:
        return found
    said = selling.settings.properties.deals
    names = named(said.mrr, MRR)
    name = next((name for name in names if text(record.properties, name)), None)
    mrr = selling.reader.number(record.properties, name) if name else None
    return () if mrr is None else (LineItem(line_id=record.id, unit_price=mrr),)


def line_item(record: Record, reader: Reader) -> Iterator[LineItem]:
    """Yield a line item of a deal; nothing for one without a price."""
    properties = record.properties
    price = reader.number(properties, "price")
    if price is None:
        reader.remarks.add(TABLE, "line items without a price are left out")
        return
    interval, count = _billed(properties, reader)
    yield LineItem(
        line_id=record.id,
        unit_price=price - (reader.number(properties, "discount") or Decimal(0)),
        product=text(properties, "name") or text(properties, "hs_product_id") or "subscription",
        quantity=_or(reader.number(properties, "quantity"), Decimal(1)),
        interval=interval,
        interval_count=count,
        discount_pct=reader.within(properties, "hs_discount_percentage", 0, 100) or Decimal(0),
        starts_on=reader.day(properties, "hs_recurring_billing_start_date"),
        ends_on=reader.day(properties, "hs_recurring_billing_end_date"),
        term_months=_term(properties, reader),
        free_months=reader.months(properties, "hs_billing_start_delay_months") or 0,
    )


def _billed(properties: Mapping[str, object], reader: Reader) -> tuple[Billed, int]:
    written = text(properties, "recurringbillingfrequency")
    if written is None:
        return "one_off", 1
    if written.lower() in BILLED:
        return BILLED[written.lower()]
    reader.remarks.add(
        TABLE, f"billing frequency '{written}' is not known: its line items are taken for one-off"
    )
    return "one_off", 1


def _term(properties: Mapping[str, object], reader: Reader) -> int | None:
    """Return the months of a term such as P12M or P1Y; older accounts have the bare number."""
    name = "hs_recurring_billing_period"
    written = text(properties, name)
    if written is None or written.isdecimal():
        return reader.months(properties, name)
    found = _PERIOD.fullmatch(written.upper())
    months = 12 * int(found["years"] or 0) + int(found["months"] or 0) if found else 0
    if 0 < months <= MOST_MONTHS:
        return months
    reader.remarks.bad(TABLE, name, written)
    return None


def _or(number: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if number is None else number


def _span(
    properties: Mapping[str, object], said: DealProperties, reader: Reader
) -> tuple[date | None, date | None]:
    """Return the first and the last day; an end before the start is none."""
    starts = _day(properties, named(said.starts_on, STARTS), reader)
    ends = _day(properties, named(said.ends_on, ENDS), reader)
    if starts and ends and ends < starts:
        reader.remarks.add(TABLE, "deals that end before they start: the end is left out")
        return starts, None
    return starts, ends


def _months(properties: Mapping[str, object], names: Names, reader: Reader) -> int | None:
    name = next((name for name in names if text(properties, name)), None)
    return reader.months(properties, name) if name else None


def _day(properties: Mapping[str, object], names: Names, reader: Reader) -> date | None:
    name = next((name for name in names if text(properties, name)), None)
    return reader.day(properties, name) if name else None


def _reason(properties: Mapping[str, object], name: str, account: Account) -> str | None:
    return account.label("deals", name, text(properties, name))
