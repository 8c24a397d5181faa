"""Reconcile: finance's list of who pays what beside our book, and why they differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

from flows.figures import HARMLESS, exact, text_table
from flows.lakeside import are_there, facts_of
from flows.stated import Named, TheirList, list_at
from flows.workspace import Workspace
from tasks.engine.basis import basis_of
from tasks.engine.reconcile import Book, Reconciliation, Row, compared, known_words, ours_of
from tasks.engine.reconcile.comparing import BOTH, OURS, THEIRS
from tasks.errors import WrongUse
from tasks.messages.figures import Figures
from tasks.model import Period

SHOWN = 40  # rows of a part that a screen is given; --json has them all
TENTH_OF_A_PERCENT = Decimal("0.001")
LONGEST = 36  # characters of a customer's name
HEADS = {THEIRS: "Only theirs", OURS: "Only ours", BOTH: "Amounts that differ"}
COLUMNS = ("customer", "theirs", "ours", "difference", "reason", "why")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: our side, how their list was read, and both beside each other."""

    book: Book
    theirs: TheirList
    found: Reconciliation
    figures: Figures


def reconciled(
    workspace: Workspace, path: Path, period: Period, *, now: datetime, named: Named | None = None
) -> Outcome:
    """Return finance's list beside our book of ``period``; raise ``WrongUse`` without either."""
    if not are_there(workspace):
        raise WrongUse("there are no facts yet.", todo="Run 'keepwell sync' first.")
    settings = workspace.settings
    with facts_of(workspace).open() as session:
        book = ours_of(session, basis_of(settings), period, now=now)
    if book is None:
        raise WrongUse(f"{period} has not begun.", todo="Name a period that has.")
    theirs = list_at(path, book, known_words(book.accounts).knows, named)
    figures = Figures(settings.company.locale, settings.company.currency)
    return Outcome(book, theirs, compared(book, theirs.rows), figures)


def as_text(outcome: Outcome) -> str:
    """Return the comparison for people: totals, what differs with its reason, how much is known."""
    found = outcome.found
    parts = [_totals(outcome)]
    parts += [_part(outcome, where) for where in HEADS if found.only(where)]
    parts += [_reasons(outcome)] if found.by_reason() else []
    notes = [*outcome.theirs.notes, *(f"Left out: {one}." for one in outcome.theirs.refused)]
    parts += ["\n".join(notes)] if notes else []
    return "\n\n".join([*parts, last_line(outcome)]).translate(HARMLESS)


def _totals(outcome: Outcome) -> str:
    found, period = outcome.found, outcome.book.period
    listed = sum(row.theirs is not None for row in found.rows)
    ours = sum(row.ours is not None for row in found.rows)
    lines = [
        ("theirs", _cents(found.theirs), f"{listed:,} customers"),
        ("ours", _cents(found.ours), f"{ours:,} customers, MRR at the close of {period}"),
        ("gap", _signed(found.gap), f"{outcome.book.currency}; {len(found.equal):,} agree"),
    ]
    return text_table(("", "MRR", ""), lines, right=("MRR",)).partition("\n")[2]


def _part(outcome: Outcome, where: str) -> str:
    rows = outcome.found.only(where)
    table = text_table(COLUMNS, [_line(row) for row in rows[:SHOWN]], right=COLUMNS[1:4])
    more = f"\nand {len(rows) - SHOWN:,} more; --json has them all" if len(rows) > SHOWN else ""
    return f"{HEADS[where]} ({len(rows):,})\n{table}{more}"


def _line(row: Row) -> list[str]:
    sides = ["" if one is None else _cents(one) for one in (row.theirs, row.ours)]
    short = row.name if len(row.name) <= LONGEST else f"{row.name[: LONGEST - 1]}…"
    return [short, *sides, _signed(row.difference), row.reason, row.why]


def _reasons(outcome: Outcome) -> str:
    rows = [
        (reason, f"{count:,}", _signed(amount))
        for reason, (count, amount) in outcome.found.by_reason().items()
    ]
    return text_table(("reason", "rows", "difference"), rows, right=("rows", "difference"))


def last_line(outcome: Outcome) -> str:
    """Return how much of the differences is explained, in one line."""
    found, figures = outcome.found, outcome.figures
    if found.share is None:
        return f"No gap: {len(found.rows):,} customers, and both sides say the same."
    off = figures.money(found.off)
    cancelled = "" if abs(found.gap) == found.off else ", every difference counted without its sign"
    share = found.share.quantize(TENTH_OF_A_PERCENT, ROUND_FLOOR)  # 100 % is all of it
    return f"Explained {figures.percent(share)} of the {off} gap{cancelled}."


def _cents(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _signed(amount: Decimal) -> str:
    return f"{amount:+,.2f}"


def as_facts(outcome: Outcome) -> dict[str, object]:
    """Return the comparison for JSON: exact amounts as text, every customer."""
    found = outcome.found
    return {
        "period": outcome.book.period.key,
        "currency": outcome.book.currency,
        "theirs": exact(found.theirs),
        "ours": exact(found.ours),
        "gap": exact(found.gap),
        "differences": exact(found.off),
        "explained": exact(found.explained),
        "explained_share": exact(round(found.share, 6)) if found.share is not None else None,
        "equal": len(found.equal),
        "only_theirs": len(found.only(THEIRS)),
        "only_ours": len(found.only(OURS)),
        "different": len(found.only(BOTH)),
        "reasons": {
            reason: {"rows": count, "difference": exact(amount)}
            for reason, (count, amount) in found.by_reason().items()
        },
        "rows": [_record(row) for row in found.rows],
        "notes": list(outcome.theirs.notes),
        "left_out": list(outcome.theirs.refused),
    }


def _record(row: Row) -> dict[str, object]:
    return {
        "customer_id": row.customer_id or None,
        "customer": row.name,
        "theirs": exact(row.theirs) or None,
        "ours": exact(row.ours) or None,
        "difference": exact(row.difference),
        "reason": row.reason or None,
        "why": row.why or None,
        "also": list(row.also),
        "lines": list(row.lines),
    }
