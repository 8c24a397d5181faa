"""What is a proposed table: which file, which columns, and how they are written?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.intake_cells import UNKNOWN, dates_of, numbers_of, totals_in
from flows.intake_doubts import Answers, order_of_dates
from flows.intake_doubts import complete_until as quiet_since
from flows.intake_sheets import Sheet
from flows.intake_words import kind_of, maker_of, roles_of
from tasks.connectors.tabular.written import as_date
from tasks.facts import FACTS
from tasks.facts.columns import facts_of

Column = str | dict[str, Any]
QUIET = timedelta(days=92)  # a list without anything new for longer may be an old one


@dataclass(frozen=True, slots=True)
class Export:
    """A sheet, whose export it seems to be, what its rows are and what its columns are."""

    sheet: Sheet
    kind: str
    maker: str
    roles: Mapping[str, str]

    @property
    def what(self) -> str:
        """The sheet in words: ``deals as HubSpot exports them``."""
        return f"{self.kind} as {self.maker} exports them" if self.maker else self.kind

    def cells(self, role: str) -> tuple[str, ...]:
        """Return what stands in the column of a role; nothing where there is none."""
        return self.sheet.filled(self.roles[role]) if role in self.roles else ()


@dataclass(slots=True)
class Draft:
    """One of our tables as it will stand in the configuration, with remarks beside the columns."""

    table: str
    export: Export
    columns: dict[str, Column]
    remarks: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def lacks(self) -> tuple[str, ...]:
        """Our required columns that nothing is known for."""
        return tuple(
            column.name
            for column in FACTS[self.table].columns
            if facts_of(column).required and column.name not in self.columns
        )


def export_of(sheet: Sheet) -> Export:
    """Return what a sheet is, as far as its headers tell."""
    roles = roles_of(sheet)
    return Export(sheet, kind_of(roles), maker_of(sheet, roles), roles)


def id_of(*columns: str) -> dict[str, Any]:
    """Return the mapping of an id made of the words in some columns."""
    return {"id_of": list(columns)}


def constant(value: str) -> dict[str, Any]:
    """Return the mapping of a column that is the same in every row."""
    return {"constant": value}


def renamed(export: Export, **ours: str) -> dict[str, Column]:
    """Return the columns that only have another name there: ours=role, where there is one."""
    return {name: export.roles[role] for name, role in ours.items() if role in export.roles}


def written(draft: Draft, answers: Answers, currency: str) -> Draft:
    """Return the draft with how its dates and numbers are written, and without rows of totals."""
    export, sheet = draft.export, draft.export.sheet
    dates = _cells(draft, {"day", "instant"})
    _say_currency(draft, currency)
    order = dates_of(dates)
    if order == UNKNOWN:
        example = next(cell for cell in dates if dates_of([cell]) == UNKNOWN)
        doubt = order_of_dates(sheet.name, example, currency)
        order = answers.to(doubt)
        if doubt.key in answers.assumed:
            draft.remarks["dates"] = f"a guess: {example} could be meant either way"
    if order:
        draft.settings["dates"] = order
    numbers = numbers_of(_cells(draft, {"number", "count"}))
    if numbers:
        draft.settings["numbers"] = numbers
    if any(sheet.has_utc(column) for column in _columns(draft, {"instant"})):
        draft.settings["timezone"] = "UTC"
    for role in ("customer_name", "customer_id"):
        words = totals_in(export.cells(role)[-5:])
        if words:
            draft.settings["without"] = {export.roles[role]: list(words)}
            break
    return draft


def complete_until(draft: Draft, exports: Iterable[Export], folder: Path, answers: Answers) -> None:
    """Let a list speak for the day its file was written: a quiet month is no missing one."""
    sheet = draft.export.sheet
    at = max((folder / file).stat().st_mtime for file in sheet.files)
    written_on = datetime.fromtimestamp(at, UTC).date()
    days = [day for export in exports for day in _days(export) if day <= written_on]
    newest = max(days, default=None)
    if newest and written_on - newest > QUIET:
        doubt = quiet_since(sheet.name, str(newest), str(written_on))
        if answers.to(doubt) == "no":
            return
    draft.columns["updated_at"] = {"file_time": True}
    draft.remarks["updated_at"] = "the list is complete until the file was written"


def _days(export: Export) -> Iterator[date]:
    """Yield the days in the columns of a sheet that are dates."""
    roles = export.roles
    found = [roles[role] for role in ("start", "end", "created", "closed") if role in roles]
    for column in dict.fromkeys(found):
        cells = export.sheet.filled(column)
        order = dates_of(cells)
        for cell in cells:
            read = as_date(cell, day_first=order != "month_first")
            with suppress(ValueError):
                yield date.fromisoformat(read[:10])


def _say_currency(draft: Draft, currency: str) -> None:
    """Let rows that name no currency have the company's, where they need one."""
    column = FACTS[draft.table].columns.get("currency")
    if column is None or not facts_of(column).filled:
        return
    given = draft.columns.get("currency")
    if given is None:
        draft.columns["currency"] = constant(currency)
    elif isinstance(given, str) and given != "currency":
        draft.columns["currency"] = {"from": given, "constant": currency}


def _cells(draft: Draft, kinds: Iterable[str]) -> Sequence[str]:
    return [cell for name in _columns(draft, kinds) for cell in draft.export.sheet.filled(name)]


def _columns(draft: Draft, kinds: Iterable[str]) -> list[str]:
    """Return their columns behind ours of some kinds."""
    found = []
    for ours, given in draft.columns.items():
        if facts_of(FACTS[draft.table].columns[ours]).kind in kinds:
            names = [given] if isinstance(given, str) else [given.get("from")]
            found += [name for name in names if name]
            if not isinstance(given, str) and given.get("minutes_after"):
                found.append(given["minutes_after"])
    return [name for name in dict.fromkeys(found) if name in draft.export.sheet.columns]
