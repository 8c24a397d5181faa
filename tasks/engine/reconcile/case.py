"""What is known about one customer when a reason is looked for: their rows, our account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tasks.engine.reconcile.paying import NOTHING, Account, Book
from tasks.engine.reconcile.whose import Stated

CENT, WHOLE = Decimal("0.01"), Decimal("0.51")


@dataclass(frozen=True, slots=True)
class Why:
    """A reason that leads to their amount: its name, and the sentence about it."""

    reason: str
    words: str


@dataclass(frozen=True)
class Case:
    """One customer on both sides: what their rows say, what our book says."""

    account: Account
    rows: tuple[Stated, ...]
    book: Book
    grain: Decimal = CENT

    @property
    def theirs(self) -> Decimal:
        """What their list says the customer pays."""
        return sum((row.amount for row in self.rows), NOTHING)

    @property
    def ours(self) -> Decimal:
        """What our book says."""
        return self.account.ours

    @property
    def is_listed(self) -> bool:
        """Whether their list has the customer at all."""
        return bool(self.rows)

    def fits(self, amount: Decimal | None) -> bool:
        """Return whether ``amount`` is theirs, as exactly as they write it."""
        if amount is None:
            return False
        return abs(self.theirs - amount) <= self.grain * max(1, len(self.rows))
