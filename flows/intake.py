"""From a folder of somebody's exports to a proposed mapping: what is each file, what is unsure?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.intake_cells import currencies_of, currency_in
from flows.intake_customers import BY_ID, Known, contacts, customers, customers_known, owners
from flows.intake_doubts import (
    Answers,
    reporting_currency,
    time_zone,
    week_start,
    zone_of_this_machine,
)
from flows.intake_drafts import Draft, Export, complete_until, export_of, written
from flows.intake_money import money
from flows.intake_sheets import Sheet, sheets
from flows.intake_tickets import ratings, tickets
from flows.proposal import Guess, guess_at
from tasks.connectors.tabular.reading import all_files
from tasks.errors import SourceRejected
from tasks.facts import FACTS
from tasks.facts.columns import facts_of

MONEY = ("amount", "mrr", "arr")
BOOKS = frozenset({".xlsx", ".xls", ".ods", ".numbers"})
DOLLARS, POUNDS, EUROS = "USD", "GBP", "EUR"


@dataclass(frozen=True, slots=True)
class Intake:
    """The tables found, the files that are not used and why, and the company's own ways."""

    drafts: tuple[Draft, ...]
    unused: tuple[tuple[str, str], ...]
    currency: str
    timezone: str
    week_start: str
    encoding: str | None = None


def taken_in(folder: Path, answers: Answers) -> Intake:
    """Return what the exports in ``folder`` are; raise ``SourceRejected`` where there is none."""
    found, unreadable = sheets(folder)
    zone = answers.to(time_zone(zone_of_this_machine()))
    ours = {sheet.files: guess for sheet in found if (guess := _ours(sheet))}
    exports = _told_apart([export_of(sheet) for sheet in found if sheet.files not in ours])
    currency = _currency(exports, zone, answers)
    drafts = [_as_it_is(sheet, ours[sheet.files]) for sheet in found if sheet.files in ours]
    drafts += _theirs(drafts, exports, answers)
    drafts = _one_a_table(written(draft, answers, currency) for draft in drafts)
    for draft in drafts:
        if draft.table == "customers" and draft.export.sheet.files not in ours:
            complete_until(draft, exports, folder, answers)
    unused = (
        *_not_used(found, exports, drafts),
        *((name, "it cannot be read; 'keepwell check' says why") for name in unreadable),
        *_books(folder),
    )
    week = answers.to(week_start(zone))
    return Intake(tuple(drafts), unused, currency, zone, week, _encoding(found))


def must_be_of_use(folder: Path, intake: Intake) -> None:
    """Raise ``SourceRejected`` where nothing in the folder became a table."""
    if not intake.drafts:
        raise SourceRejected(
            f"Nothing in '{folder}' could be used, so nothing was written.",
            todo="Put CSV exports there: of your CRM, helpdesk or billing, or one sheet with "
            "customer, start, end, mrr, plan and owner.",
        )


def _encoding(found: Sequence[Sheet]) -> str | None:
    """Return how all files are encoded, where that is not UTF-8; None where they differ."""
    others = [sheet for sheet in found if not sheet.is_ascii]
    return "cp1252" if others and all(sheet.is_odd for sheet in others) else None


def _told_apart(exports: Sequence[Export]) -> list[Export]:
    """Return the exports; of several that say what customers pay, one does, the rest are lists."""
    paying = [one for one in exports if one.kind == "subscriptions"]
    best = max(paying, key=lambda one: ("end" in one.roles, one.sheet.rows), default=None)
    return [
        replace(one, kind="customers") if one in paying and one is not best else one
        for one in exports
    ]


def _ours(sheet: Sheet) -> Guess | None:
    """Return which of our own tables a sheet is, if it has what such a table needs."""
    guess = guess_at(sheet.files[0], tuple(sheet.columns))
    if guess is None or any(_is_filled(guess.table, name) for name in guess.missing):
        return None
    return guess


def _is_filled(table: str, column: str) -> bool:
    facts = facts_of(FACTS[table].columns[column])
    return facts.filled and facts.kind != "currency"


def _as_it_is(sheet: Sheet, guess: Guess) -> Draft:
    roles = {}
    if guess.table == "customers":
        roles = {"customer_id": guess.columns["customer_id"]}
    return Draft(guess.table, Export(sheet, guess.table, "", roles), dict(guess.columns))


def _theirs(ours: Sequence[Draft], exports: Sequence[Export], answers: Answers) -> Iterator[Draft]:
    """Yield the tables that come out of foreign exports."""
    mine = next((draft.export for draft in ours if draft.table == "customers"), None)
    known = Known(mine, BY_ID) if mine else customers_known(exports)
    if known is None:
        return
    if mine is None:
        yield customers(known)
        people = owners(known)
        if people:
            yield people
    for export in sorted(exports, key=lambda one: -one.sheet.rows):
        yield from _tables(export, known, exports, answers)


def _tables(
    export: Export, known: Known, exports: Sequence[Export], answers: Answers
) -> Iterator[Draft]:
    found: tuple[Draft | None, ...] = ()
    has_subscriptions = any(one.kind == "subscriptions" for one in exports)
    if export.kind == "subscriptions" or (export.kind == "deals" and not has_subscriptions):
        found = (money(export, known, answers),)
    elif export.kind == "tickets":
        found = (tickets(export, known), ratings(export, known))
    elif export.kind == "contacts":
        found = (contacts(export, known),)
    yield from (draft for draft in found if draft)


def _one_a_table(drafts: Iterator[Draft]) -> list[Draft]:
    """Return the first draft of each table, in the order of the tables."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        first.setdefault(draft.table, draft)
    return [first[name] for name in FACTS if name in first]


def _not_used(
    found: Sequence[Sheet], exports: Sequence[Export], drafts: Sequence[Draft]
) -> Iterator[tuple[str, str]]:
    used = {draft.export.sheet.files for draft in drafts}
    tables = {draft.table: draft.export.sheet.name for draft in drafts}
    kinds = {export.sheet.files: export for export in exports}
    for sheet in found:
        if sheet.files not in used:
            export = kinds.get(sheet.files)
            yield sheet.name, _why(export, tables)


def _why(export: Export | None, tables: dict[str, str]) -> str:
    if export is None or not export.kind:
        return "its columns say nothing that is known here"
    goes_to = {"deals": "subscription_versions", "subscriptions": "subscription_versions"}
    table = goes_to.get(export.kind, export.kind)
    if table in tables:
        return f"{export.what}, but {tables[table]} has that already"
    return f"{export.what}, but no column says whose, when or how much"


def _books(folder: Path) -> Iterator[tuple[str, str]]:
    for path in all_files(folder):
        if path.suffix.lower() in BOOKS:
            yield path.name, "save its sheets as CSV, and run this again"


def _currency(exports: Sequence[Export], zone: str, answers: Answers) -> str:
    """Return the currency that the exports name most often, else the answer."""
    named: Counter[str] = Counter()
    for export in exports:
        named.update(currencies_of(export.cells("currency")))
        for column in (export.roles[role] for role in MONEY if role in export.roles):
            named.update(currencies_of(export.sheet.filled(column)))
            named.update(filter(None, [currency_in(column)]))
    if named:
        return named.most_common(1)[0][0]
    return answers.to(reporting_currency(_usual(zone)))


def _usual(zone: str) -> str:
    if zone == "Europe/London":
        return POUNDS
    return EUROS if zone.startswith("Europe/") else DOLLARS
