"""Whose row is it? Finance's customers found among ours, by id, another system's id, or name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from tasks.engine.reconcile.paying import Account

FORMS = frozenset(
    {
        *("ag", "bv", "co", "corp", "corporation", "company", "gmbh", "inc", "incorporated", "kg"),
        *("limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "sas", "srl"),
        *("as", "ab", "aps", "se", "ug", "mbh", "ohg"),
    }
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One row of their list: the line, what it calls the customer, and the monthly amount.

    ``original`` is the amount as it stands there, where that is another currency's.
    """

    line: int
    names: tuple[str, ...]
    amount: Decimal
    original: Decimal | None = None
    currency: str = ""

    @property
    def called(self) -> str:
        """What people call the customer of this row."""
        return self.names[-1] if self.names else ""


@dataclass(frozen=True, slots=True)
class Found:
    """The payer and the record a row is about; without one, why not."""

    payer: str | None
    record: str = ""
    why: str = ""


def spelled(name: str) -> str:
    """Return a name as it is compared: ``Acme, Inc.`` and ``ACME`` are one."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    words = re.sub(r"[\W_]+", " ", bare.replace("'", "").replace(".", "")).split()
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    return " ".join(words)


class Directory:
    """Everybody we know, by everything they are called."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        """Note each record under its ids and its name."""
        self._ids: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._names: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        for payer, account in accounts.items():
            for one in account.records:
                self._note(payer, one.customer_id, one.name, one.others)

    def _note(self, payer: str, record: str, name: str, others: Iterable[str]) -> None:
        for key in (record, *others):
            self._ids[key.casefold().strip()].add((payer, record))
        if spelled(name):
            self._names[spelled(name)].add((payer, record))
            self._shown[spelled(name)] = name

    def knows(self, text: str) -> bool:
        """Return whether somebody is called so."""
        return text.casefold().strip() in self._ids or spelled(text) in self._names

    def find(self, names: Iterable[str]) -> Found:
        """Return whose row it is that calls a customer by ``names``, ids first."""
        told = [name for name in names if name.strip()]
        for known, keys in (
            (self._ids, [name.casefold().strip() for name in told]),
            (self._names, [spelled(name) for name in told]),
        ):
            for key in keys:
                payers = {payer for payer, _ in known.get(key, ())}
                if len(payers) == 1:
                    return Found(*min(known[key]))
                if payers:
                    return Found(None, why=f"{_all(payers)} are all called so; give their ids")
        return Found(None, why=self._nobody(told))

    def _nobody(self, told: list[str]) -> str:
        near = [
            self._shown[key]
            for name in told
            for key in get_close_matches(spelled(name), self._names, n=1, cutoff=0.8)
        ]
        return f"nobody here is called so; did they mean {near[0]}?" if near else _UNKNOWN


_UNKNOWN = "nobody here has this id or name"


def known_words(accounts: Mapping[str, Account]) -> Directory:
    """Return the directory of everybody in our book."""
    return Directory(accounts)


def _all(payers: Iterable[str]) -> str:
    return " and ".join(sorted(payers))
