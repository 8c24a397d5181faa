"""Is theirs ours of another day, or of a part of the month?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from tasks.engine.reconcile.case import Case, Why
from tasks.engine.reconcile.paying import NOTHING, day_words

WITHIN = timedelta(days=10)  # a change so near the close is in one list and not in the other
COMMERCIAL = 30  # days of a month, for some


def timing(case: Case) -> Iterator[Why]:
    """Yield that theirs is ours of another day: the opening, the next close, around a change."""
    for at, words in _instants(case):
        if case.fits(case.book.level(case.account, at)):
            yield Why("timing", words)
            return


def _instants(case: Case) -> Iterator[tuple[datetime, str]]:
    book = case.book
    for at in book.changes(case.account):
        if abs(at - book.close) <= WITHIN:
            yield at, f"their list is from before {_what(case, at)}"
            later = at + timedelta(microseconds=1)
            if at >= book.close:
                yield later, f"their list has {_what(case, at)} already"
    opening = day_words(book.period.first_day)
    came = _between(case, book.opening, book.close)
    yield book.opening, f"theirs is ours when the period began, on {opening}{came}"
    following = book.calendar.following(book.period)
    came = _between(case, book.close, book.next_close)
    yield book.next_close, f"theirs is ours at the close of {following}{came}"


def _between(case: Case, since: datetime, until: datetime) -> str:
    inside = [at for at in case.book.changes(case.account) if since <= at < until]
    return f", but for {_what(case, inside[-1])}" if inside else ""


def _what(case: Case, at: datetime) -> str:
    """Return what happened at an instant: ``the end on 25 February 2026``."""
    book, account = case.book, case.account
    before, after = (book.level(account, one) for one in (at, at + timedelta(microseconds=1)))
    words = "the change"
    if not before and after:
        words = "the start"
    elif before and not after:
        words = "the end"
    return f"{words} on {day_words(book.day(at))}"


def proration(case: Case) -> Iterator[Why]:
    """Yield that theirs is what part of the month comes to."""
    book = case.book
    inside = [at for at in book.changes(case.account) if book.opening <= at < book.close]
    if not inside or not case.is_listed:
        return
    days = (book.period.end_day - book.period.first_day).days
    for shift in (0, 1, -1):
        for of in (days, COMMERCIAL):
            parts = _by_days(case, inside, shift)
            if parts and case.fits(sum((level * n for level, n in parts), NOTHING) / of):
                told = " and ".join(f"{n} days" for level, n in parts if level)
                yield Why("proration", f"by the day: {told} of {of}, not the month's amount")
                return


def _by_days(case: Case, inside: list[datetime], shift: int) -> list[tuple[Decimal, int]]:
    """Return each level of the period and how many days it held; changes count ``shift`` later."""
    book = case.book
    first, last = book.period.first_day, book.period.end_day
    days = [min(max(book.day(at) + timedelta(days=shift), first), last) for at in inside]
    edges = [first, *days, last]
    levels = [book.level(case.account, at) for at in (*inside, book.close)]
    spans = zip(levels, edges, edges[1:], strict=False)
    return [(level, (end - start).days) for level, start, end in spans if end > start]
