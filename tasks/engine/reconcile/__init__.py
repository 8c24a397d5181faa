"""Reconcile: why does finance's list of who pays what differ from our book?

``ours_of`` reads our side, ``compared`` puts their rows beside it and says why amounts differ.
"""

from __future__ import annotations

from tasks.engine.reconcile.comparing import Reconciliation, Row, compared
from tasks.engine.reconcile.paying import Account, Book, Extra, Record, Term
from tasks.engine.reconcile.reading import ours_of
from tasks.engine.reconcile.whose import Stated, known_words

__all__ = [
    "Account",
    "Book",
    "Extra",
    "Reconciliation",
    "Record",
    "Row",
    "Stated",
    "Term",
    "compared",
    "known_words",
    "ours_of",
]
