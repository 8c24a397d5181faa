"""What may a KPI in pandas ask? One company in one period: its tables, customers and calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from tasks.engine.basis import Basis
from tasks.engine.opinion.ends import both_ends
from tasks.engine.opinion.people import payers
from tasks.engine.opinion.rates import Rates
from tasks.engine.opinion.segments import Segments
from tasks.engine.opinion.subscriptions import stretches
from tasks.engine.opinion.tables import Tables
from tasks.model import Period

JUST_BEFORE = pd.Timedelta(microseconds=1)  # a balance at midnight is of the day that ends


class Books:
    """What all periods of a company have in common; each part is read once, when it is needed."""

    def __init__(self, tables: Tables, basis: Basis) -> None:
        """Take where the tables are, and how the company counts."""
        self.tables, self.basis = tables, basis
        self.segments = Segments(tables)
        self._kept: dict[tuple[str, ...], pd.DataFrame] = {}

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who pays for each customer record, and whether it is a test."""
        return payers(self.tables)

    @cached_property
    def stretches(self) -> pd.DataFrame:
        """Who paid how much a month, from when to when."""
        pause_days = self.basis.settings.get("pause_days", 90)
        return stretches(self.tables, self.people, self.basis.second_sources, pause_days)

    @cached_property
    def rates(self) -> Rates:
        """What other currencies are worth."""
        return Rates(self.tables, self.basis.currency, self.basis.fx_mode)

    def kept(self, name: str, *columns: str) -> pd.DataFrame:
        """Return a canonical table, or some columns of it; it is read once."""
        if (name, *columns) not in self._kept:
            self._kept[name, *columns] = self.tables.read(name, *columns)
        return self._kept[name, *columns].copy(deep=False)


@dataclass(frozen=True)
class Company:
    """One company in one period, which closes at ``close_at``, as known at ``known_at``."""

    books: Books
    period: Period
    close_at: datetime
    known_at: datetime

    @property
    def settings(self) -> Any:  # noqa: ANN401 - whatever KPIs have for settings
        """The settings of the KPIs, by name."""
        return self.books.basis.settings

    @property
    def start(self) -> pd.Timestamp:
        """When the period begins: UTC without a zone, as the tables have it."""
        return utc(self.period.start_at)

    @property
    def close(self) -> pd.Timestamp:
        """When it closes, as far as it is known."""
        return utc(self.close_at)

    @property
    def known(self) -> pd.Timestamp:
        """What was decided from here on is not known yet."""
        return utc(self.known_at)

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        """Return a canonical table, or some columns of it, without the rows of test accounts.

        ``customer_id`` is who pays; ``account_id`` is whom the row names itself.
        """
        return self.real(self.books.kept(name, *columns))

    def real(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows without those of test accounts, under the name of who pays for them."""
        people, account = self.books.people, rows["customer_id"]
        is_test = account.map(people["is_test"]).eq(True)  # noqa: FBT003 - not everybody is known
        payer = account.map(people["payer"])
        named = rows.assign(account_id=account, customer_id=payer.where(payer.notna(), account))
        return named[~is_test]

    def during(self, name: str, at: str, *columns: str) -> pd.DataFrame:
        """Return the rows of a table whose instant ``at`` is in the period, as a column ``at``."""
        return self.real(self.inside(self.books.kept(name, *columns), at))

    def inside(self, rows: pd.DataFrame, at: str) -> pd.DataFrame:
        """Return the rows whose instant ``at`` is in the period."""
        found = rows[(rows[at] >= self.start) & (rows[at] < self.close)]
        return found.assign(at=found[at])

    @property
    def last_day(self) -> date:
        """The local day on which it closes, as far as it is known: days before it are over."""
        return self.books.basis.calendar.local_day(self.close_at)

    def on_days(self, rows: pd.DataFrame, day: str) -> pd.DataFrame:
        """Return the rows whose local ``day`` is in the period and over, as a column ``at``."""
        first, end = pd.Timestamp(self.period.first_day), pd.Timestamp(self.last_day)
        found = rows[(rows[day] >= first) & (rows[day] < end)]
        return found.assign(at=found[day])

    @cached_property
    def ends(self) -> pd.DataFrame:
        """Everybody who ever paid, with what they were at both ends of the period."""
        return both_ends(self.books.stretches, self.start, self.close, self.worth)

    @cached_property
    def opening(self) -> pd.DataFrame:
        """Those who were customers when the period began, in the segments of that time."""
        return self.ends[self.ends["opened"]].assign(at=self.start - JUST_BEFORE)

    @cached_property
    def closing(self) -> pd.DataFrame:
        """Those who were customers when it closed, in the segments of that time."""
        return self.ends[self.ends["closed"]].assign(at=self.close - JUST_BEFORE)

    @cached_property
    def active(self) -> pd.DataFrame:
        """Everybody who was a customer at some time of the period, in the segments of its close."""
        return self.ends[self.ends["active"]].assign(at=self.close - JUST_BEFORE)

    def worth(self, currency: str) -> tuple[Decimal | None, Decimal | None]:
        """Return what a currency is worth at the opening and at the close."""
        return self.books.rates.ends(currency, self.period.first_day, self.end_day)

    @property
    def end_day(self) -> date:
        """The first local day that is not in the period any more, as far as it is known."""
        if self.close_at == self.period.end_at:
            return self.period.end_day
        last = self.books.basis.calendar.local_day(self.close_at - timedelta(microseconds=1))
        return max(last, self.period.first_day) + timedelta(days=1)


def utc(at: datetime) -> pd.Timestamp:
    """Return an instant as the tables have it."""
    return pd.Timestamp(at.astimezone(UTC).replace(tzinfo=None))
