"""How do finance's list and our book differ, customer by customer, and how much is explained?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks.engine.reconcile.case import CENT, WHOLE, Case
from tasks.engine.reconcile.paying import NOTHING, Account, Book
from tasks.engine.reconcile.reasons import UNEXPLAINED, reasons_of
from tasks.engine.reconcile.whose import Found, Stated, known_words

BOTH, THEIRS, OURS = "both", "theirs", "ours"
ROUNDED = "rounding"


@dataclass(frozen=True, slots=True)
class Row:
    """One customer on both sides: None where a side does not have them, and the likely reason.

    ``also`` are further reasons that lead to the same amount, ``lines`` those of their list.
    """

    customer_id: str
    name: str
    theirs: Decimal | None
    ours: Decimal | None
    reason: str = ""
    why: str = ""
    also: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()

    @property
    def difference(self) -> Decimal:
        """Theirs less ours."""
        return (self.theirs or NOTHING) - (self.ours or NOTHING)

    @property
    def where(self) -> str:
        """Which side has the customer."""
        if self.theirs is None:
            return OURS
        return BOTH if self.ours is not None else THEIRS

    @property
    def differs(self) -> bool:
        """Whether there is more between the two than rounding."""
        return self.where != BOTH or bool(self.reason and self.reason != ROUNDED)


@dataclass(frozen=True)
class Reconciliation:
    """Every customer of both sides, the largest difference first."""

    rows: tuple[Row, ...]

    @property
    def theirs(self) -> Decimal:
        """The total of their list."""
        return sum((row.theirs or NOTHING for row in self.rows), NOTHING)

    @property
    def ours(self) -> Decimal:
        """The total of our book: the MRR at the close."""
        return sum((row.ours or NOTHING for row in self.rows), NOTHING)

    @property
    def gap(self) -> Decimal:
        """Theirs less ours: what is over and what is missing cancel out."""
        return self.theirs - self.ours

    @property
    def off(self) -> Decimal:
        """All differences added up without their signs: nothing cancels out."""
        return sum((abs(row.difference) for row in self.rows), NOTHING)

    @property
    def explained(self) -> Decimal:
        """How much of ``off`` has a reason."""
        return sum((abs(r.difference) for r in self.rows if r.reason != UNEXPLAINED), NOTHING)

    @property
    def share(self) -> Decimal | None:
        """Which share of ``off`` has a reason; None where nothing is off."""
        return self.explained / self.off if self.off else None

    def only(self, where: str) -> tuple[Row, ...]:
        """Return the rows that differ of those on one side, or on both."""
        return tuple(row for row in self.rows if row.where == where and row.differs)

    @property
    def equal(self) -> tuple[Row, ...]:
        """The customers on whom both agree."""
        return tuple(row for row in self.rows if not row.differs)

    def by_reason(self) -> Mapping[str, tuple[int, Decimal]]:
        """Return for each reason how many rows it explains, and what they come to, signed."""
        found: dict[str, tuple[int, Decimal]] = {}
        for row in self.rows:
            if row.reason:
                count, amount = found.get(row.reason, (0, NOTHING))
                found[row.reason] = (count + 1, amount + row.difference)
        return found


def compared(book: Book, stated: Sequence[Stated]) -> Reconciliation:
    """Return both sides beside each other, with the likely reason for each difference."""
    directory = known_words(book.accounts)
    grain = _grain(stated)
    theirs: dict[str, list[Stated]] = defaultdict(list)
    rows: list[Row] = []
    for row in stated:
        found = directory.find(row.names)
        if found.payer is None:
            rows.append(_nobodys(row, found))
        else:
            theirs[found.payer].append(row)
    for payer, account in book.accounts.items():
        rows += _row(Case(account, tuple(theirs.get(payer, ())), book, grain))
    ordered = sorted(_with_namesakes(rows), key=lambda row: (-abs(row.difference), row.name))
    return Reconciliation(tuple(ordered))


def _grain(stated: Iterable[Stated]) -> Decimal:
    """Return how exactly they write amounts: to the cent, or without cents."""
    whole = all(row.amount == row.amount.to_integral_value() for row in stated)
    return WHOLE if whole else CENT


def _nobodys(row: Stated, found: Found) -> Row:
    name = row.called or f"line {row.line}"
    return Row("", name, row.amount, None, UNEXPLAINED, found.why, lines=(row.line,))


def _row(case: Case) -> Iterator[Row]:
    """Yield the row of one customer; nothing of one that neither side has."""
    account = case.account
    has_ours = account.mrr is None or account.mrr != NOTHING
    if not case.rows and not has_ours:
        return
    is_nothing = bool(case.rows) and not case.theirs
    row = Row(
        account.customer_id,
        account.name,
        case.theirs if case.rows else None,
        account.ours if has_ours or is_nothing else None,
        lines=tuple(one.line for one in case.rows),
    )
    if row.theirs == row.ours and account.mrr is not None:
        yield row
        return
    yield _explained(row, case)


def _explained(row: Row, case: Case) -> Row:
    found = reasons_of(case)
    if found and found[0].reason == ROUNDED:
        return replace(row, reason=ROUNDED, why=found[0].words)
    if found:
        also = tuple(dict.fromkeys(why.words for why in found[1:]))
        return replace(row, reason=found[0].reason, why=found[0].words, also=also)
    return replace(row, reason=UNEXPLAINED, why=_unexplained(row, case.account))


def _unexplained(row: Row, account: Account) -> str:
    if row.where == OURS:
        return "not in their list"
    return (
        "nothing here at the close" if row.where == THEIRS and account.terms else "no reason fits"
    )


def _with_namesakes(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; one only theirs names the one only ours that has exactly its amount."""
    alone: dict[Decimal, list[Row]] = defaultdict(list)
    for row in rows:
        if row.where == OURS and row.reason == UNEXPLAINED:
            alone[row.ours or NOTHING].append(row)
    for row in rows:
        same = alone.get(row.theirs or NOTHING, []) if not row.customer_id else []
        if len(same) == 1:
            yield replace(row, why=f"{row.why}; {same[0].name} has exactly this amount, only here")
        else:
            yield row
