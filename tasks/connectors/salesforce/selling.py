"""Opportunities and their products, as the rules that turn deals into subscriptions want them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.connectors.fields import named
from tasks.connectors.properties import Reader, first, text
from tasks.connectors.salesforce.objects import CURRENCY, ID, LINES, OPPORTUNITIES
from tasks.connectors.salesforce.settings import ENDS, MRR, STARTS, TERM
from tasks.facts.deals import Deal, LineItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from tasks.connectors.fields import DealKind
    from tasks.connectors.salesforce.org import Org, Record
    from tasks.connectors.salesforce.settings import Names
    from tasks.facts.dealrecords import Billed, Outcome

TABLE = "subscription_versions"
WORDS: tuple[tuple[str, DealKind], ...] = (
    ("renew", "renewal"),
    ("upsell", "upsell"),
    ("upgrade", "upsell"),
    ("expansion", "upsell"),
    ("add-on", "add_on"),
    ("replacement", "amendment"),
    ("downgrade", "amendment"),
    ("amend", "amendment"),
    ("credit", "credit"),
    ("existing", "upsell"),
    ("new", "new"),
)
BILLED: Mapping[str, tuple[Billed, int]] = {
    "weekly": ("week", 1),
    "month": ("month", 1),
    "monthly": ("month", 1),
    "quarterly": ("month", 3),
    "semiannual": ("month", 6),
    "semi-annual": ("month", 6),
    "year": ("year", 1),
    "annual": ("year", 1),
    "annually": ("year", 1),
    "yearly": ("year", 1),
    "one-time": ("one_off", 1),
    "one-off": ("one_off", 1),
    "once": ("one_off", 1),
    "usage": ("usage", 1),
}


@dataclass(frozen=True, slots=True)
class Selling:
    """What has to be known to read opportunities."""

    org: Org
    reader: Reader
    there: frozenset[str]  # the opportunities that stand

    def deal(self, row: Record, lines: Sequence[Record]) -> Iterator[Deal]:
        """Yield an opportunity for the rules; nothing for one that sells nothing, or to nobody."""
        settings = self.org.settings
        if text(row, "Type") in settings.ignore_types:
            return
        outcome, customer = _outcome(row), self.org.account(row)
        if customer is None:
            if outcome == "won":
                self.reader.remarks.add(TABLE, "won opportunities without an account are left out")
            return
        said = settings.fields.opportunities
        starts, ends = self._span(row)
        term = self._months(row, named(said.term_months, TERM))
        yield Deal(
            deal_id=row[ID],
            customer_id=customer,
            currency=text(row, CURRENCY) or self.org.currency,
            kind=self._kind(row),
            outcome=outcome,
            parent_id=self._parent(row, said.parent),
            closed_on=self.reader.day(row, "CloseDate"),
            starts_on=starts,
            ends_on=ends,
            term_months=term or (None if lines else settings.term_months),
            amount=self.reader.number(row, "Amount"),
            lines=self._lines(row, lines),
            cancel_reason=text(row, said.cancel_reason) if said.cancel_reason else None,
        )

    def _parent(self, row: Record, name: str | None) -> str | None:
        found = text(row, name) if name else None
        return found if found in self.there else None

    def _kind(self, row: Record) -> DealKind:
        """Return what an opportunity is: by the configuration, or by words that say it."""
        said, remarks = text(row, "Type"), self.reader.remarks
        if said in (given := self.org.settings.opportunity_types):
            return given[said]
        found = next((kind for word, kind in WORDS if word in (said or "").lower()), None)
        if found is None and said:
            remarks.add(TABLE, f"Type '{said}' is not known: its opportunities are taken for new")
        if found == "upsell" and "existing" in (said or "").lower():
            remarks.add(
                TABLE,
                f"opportunities of Type '{said}' are taken for upsells, not renewals; if they "
                "renew, say so under 'opportunity_types'",
            )
        return found or "new"

    def _span(self, row: Record) -> tuple[date | None, date | None]:
        """Return the first and the last day; an end before the start is none."""
        said = self.org.settings.fields.opportunities
        starts = self._day(row, named(said.starts_on, STARTS))
        ends = self._day(row, named(said.ends_on, ENDS))
        if starts and ends and ends < starts:
            self.reader.remarks.add(
                TABLE, "opportunities that end before they start: the end is left out"
            )
            return starts, None
        return starts, ends

    def _day(self, row: Record, names: Names) -> date | None:
        name = next((name for name in names if text(row, name)), None)
        return self.reader.day(row, name) if name else None

    def _months(self, row: Record, names: Names) -> int | None:
        name = next((name for name in names if text(row, name)), None)
        return self.reader.months(row, name) if name else None

    def _lines(self, row: Record, lines: Sequence[Record]) -> tuple[LineItem, ...]:
        found = tuple(line for one in lines for line in self._line(one))
        if found:
            return found
        names = named(self.org.settings.fields.opportunities.mrr, MRR)
        name = next((name for name in names if text(row, name)), None)
        mrr = self.reader.number(row, name) if name else None
        return () if mrr is None else (LineItem(line_id=row[ID], unit_price=mrr),)

    def _line(self, row: Record) -> Iterator[LineItem]:
        said, price = self.org.settings.fields.lines, self.reader.number(row, "UnitPrice")
        if price is None:
            self.reader.remarks.add(TABLE, "opportunity products without a price are left out")
            return
        interval, count = self._billed(row)
        quantity = self.reader.number(row, "Quantity")
        yield LineItem(
            line_id=row[ID],
            unit_price=price,
            product=first(row, ("Product2.Name",)) or "subscription",
            quantity=Decimal(1) if quantity is None else quantity,
            interval=interval,
            interval_count=count,
            discount_pct=self.reader.within(row, "Discount", 0, 100) or Decimal(0),
            starts_on=self.reader.day(row, said.starts_on),
            ends_on=self.reader.day(row, said.ends_on) if said.ends_on else None,
            term_months=self.reader.months(row, said.term_months) if said.term_months else None,
            free_months=(self.reader.months(row, said.free_months) or 0) if said.free_months else 0,
        )

    def _billed(self, row: Record) -> tuple[Billed, int]:
        name = self.org.settings.fields.lines.billed
        if name is None:
            return self.org.settings.line_price, 1
        said = text(row, name)
        if said is not None and said.lower() in BILLED:
            return BILLED[said.lower()]
        if said is not None:
            self.reader.remarks.add(
                TABLE, f"{name} is '{said}', which is not known: its lines are taken for one-off"
            )
        return "one_off", 1


def deals(org: Org) -> list[Deal]:
    """Return the org's opportunities for the rules."""
    rows = list(org.rows(OPPORTUNITIES))
    selling = Selling(org, org.reader(TABLE), frozenset(row[ID] for row in rows))
    lines: dict[str, list[Record]] = defaultdict(list)
    for line in org.rows(LINES):
        lines[text(line, "OpportunityId") or ""].append(line)
    for of_one in lines.values():
        of_one.sort(key=lambda line: (text(line, "SortOrder") or "", line[ID]))
    return [deal for row in rows for deal in selling.deal(row, lines.get(row[ID], ()))]


def _outcome(row: Record) -> Outcome:
    if text(row, "IsWon") == "true":
        return "won"
    return "lost" if text(row, "IsClosed") == "true" else "open"
