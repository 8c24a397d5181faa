"""Who pays what from when to when? Subscriptions and won deals as subscription versions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from statistics import median

from flows.intake_cells import currencies_of, currency_in, dates_of, numbers_of
from flows.intake_customers import Known
from flows.intake_doubts import Answers, term_of_amount
from flows.intake_drafts import Column, Draft, Export, constant, id_of, renamed
from flows.intake_sheets import plain, words_of
from flows.intake_words import ROLES
from tasks.connectors.tabular.written import as_date, as_id, as_number

STATUSES = {
    "active": ("active", "live", "current", "customer", "paying", "won", "aktiv", "renewed", "ok"),
    "past_due": ("past due", "overdue", "unpaid", "in mahnung"),
    "trialing": ("trial", "trialing", "in trial", "on trial", "testphase"),
    "paused": ("paused", "on hold", "suspended", "pausiert"),
    "canceled": (
        "canceled", "cancelled", "churned", "ended", "expired", "inactive", "lost", "former",
        "terminated", "gekündigt", "inaktiv", "beendet",
    ),
}  # fmt: skip
INTERVALS = {
    "month": ("month", "monthly", "months", "monat", "monatlich"),
    "year": ("year", "yearly", "annual", "annually", "years", "jahr", "jährlich"),
    "week": ("week", "weekly"),
    "day": ("day", "daily"),
}
WON = ("closed won", "won", "closedwon", "gewonnen")
TWELVE = (11.0, 13.0)  # how many times as much a yearly amount may be, where both are there
ENOUGH = 0.5


def money(export: Export, known: Known, answers: Answers) -> Draft | None:
    """Return who pays what, from a list of subscriptions or of deals; None where it is no use."""
    key, start = known.column(export), _start(export)
    paid = _paid(export, answers)
    if key is None or start is None or paid is None:
        return None
    amount, interval = paid
    columns: dict[str, Column] = {
        **_ids(export, key, start, amount),
        "customer_id": key,
        **renamed(export, product="plan"),
        "status": constant("active"),
        "valid_from": start,
        "unit_amount": amount,
        "quantity": _quantity(export, amount),
        **_currency(export, amount),
        "interval": interval,
        "interval_count": constant("1"),
        **renamed(export, cancel_reason="cancel_reason"),
    }
    draft = Draft("subscription_versions", export, columns)
    if isinstance(columns["quantity"], str):
        draft.remarks["quantity"] = f'{amount} is the price of one; else {{constant: "1"}}'
    if any(doubt.startswith(f"{amount} of ") for doubt in answers.assumed):
        draft.remarks["interval"] = "a guess: nobody was asked"
    if "end" in export.roles:
        _end(draft, key, start)
    _status(draft)
    if export.kind == "deals":
        _won(draft)
    return draft


def _start(export: Export) -> str | None:
    """Return the column a term begins in; of deals the day of signing, where few say a start."""
    start, closed = export.roles.get("start"), export.roles.get("closed")
    if export.kind != "deals" or closed is None:
        return start
    if start is None or len(export.cells("start")) < ENOUGH * len(export.cells("closed")):
        return closed
    return start


def _ids(export: Export, key: Column, start: str, amount: str) -> dict[str, Column]:
    """Return ids: the sheet's own, else made of as many columns as tell its rows apart."""
    own = export.roles.get("record_id")
    if own and len(set(export.sheet.filled(own))) == len(export.sheet.filled(own)):
        return {"version_id": own, "subscription_id": own}
    named = key["id_of"][0] if isinstance(key, dict) else key
    parts = [named, start]
    for more in (export.roles.get("plan"), amount, export.roles.get("end")):
        if more and more not in parts and not _are_distinct(export, parts):
            parts.append(more)
    return {"version_id": id_of(*parts), "subscription_id": id_of(*parts)}


def _are_distinct(export: Export, columns: Sequence[str]) -> bool:
    rows = list(zip(*(export.sheet.columns[one] for one in columns), strict=True))
    keys = [as_id(row) for row in rows if all(row[:2])]
    return len(set(keys)) == len(keys)


def _paid(export: Export, answers: Answers) -> tuple[str, Column] | None:
    """Return the column with the money, and for how long that is."""
    roles = export.roles
    if "mrr" in roles:
        return roles["mrr"], constant("month")
    if "arr" in roles:
        return roles["arr"], constant("year")
    if "amount" not in roles:
        return None
    if "interval" in roles and (words := _translated(export, "interval", INTERVALS)):
        return roles["amount"], {"from": roles["interval"], "values": words}
    if monthly := _a_twelfth(export):
        return monthly, constant("month")
    likely = "year" if export.kind == "deals" else "month"
    doubt = term_of_amount(export.sheet.name, roles["amount"], likely)
    return roles["amount"], constant(answers.to(doubt))


def _a_twelfth(export: Export) -> str | None:
    """Return the column that is a twelfth of another one: of two amounts, that of a month."""
    sheet = export.sheet
    found = [name for name in sheet.columns if plain(name) in ROLES["amount"]]
    for month in found:
        for year in found:
            pairs = zip(sheet.columns[month], sheet.columns[year], strict=True)
            times = [
                much / little for a, b in pairs if (little := _worth(a)) and (much := _worth(b))
            ]
            if times and TWELVE[0] < median(times) < TWELVE[1]:
                return month
    return None


def _worth(text: str) -> float:
    """Return about how much an amount is; 0 where it is none."""
    with suppress(ValueError):
        return float(as_number(text, comma=numbers_of([text]) == "comma"))
    return 0.0


def _translated(
    export: Export, role: str, known: dict[str, tuple[str, ...]]
) -> dict[str, str] | None:
    """Return their words for ours; None where most of the words say nothing we know."""
    words = words_of(export.cells(role))
    ours = {
        word: name
        for word in words
        for name, spellings in known.items()
        if word.casefold().replace("_", " ").strip() in spellings
    }
    return ours if words and len(ours) >= ENOUGH * len(words) else None


def _quantity(export: Export, amount: str) -> Column:
    """Return the seats where the amount is the price of one: so it is in Stripe's exports."""
    roles = export.roles
    is_stripe = export.maker == "Stripe" and "quantity" in roles and amount == roles["amount"]
    if is_stripe and not _is_whole(export, amount):
        return roles["quantity"]
    return constant("1")


def _is_whole(export: Export, amount: str) -> bool:
    """Return whether the amounts of a plan grow with its seats: then they are that of all seats."""
    named = (export.roles[role] for role in ("plan", "interval") if role in export.roles)
    columns = (export.sheet.columns[one] for one in (export.roles["quantity"], amount, *named))
    plans: dict[tuple[str, ...], set[tuple[float, float]]] = {}
    for seats, paid, *plan in zip(*columns, strict=True):
        if (many := _worth(seats)) and (much := _worth(paid)):
            plans.setdefault(tuple(plan), set()).add((many, much))
    told = [pairs for pairs in plans.values() if len({many for many, _ in pairs}) > 1]
    grown = [pairs for pairs in told if _grows(pairs)]
    return len(grown) > ENOUGH * len(told)


def _grows(pairs: set[tuple[float, float]]) -> bool:
    prices = {round(much / many, 2) for many, much in pairs}
    return len(prices) < len({much for _, much in pairs})


def _currency(export: Export, amount: str) -> dict[str, Column]:
    if "currency" in export.roles:
        return {"currency": export.roles["currency"]}
    if currencies_of(export.sheet.filled(amount)):
        return {"currency": amount}
    named = currency_in(amount)
    return {"currency": constant(named)} if named else {}


def _end(draft: Draft, key: Column, start: str) -> None:
    end = draft.export.roles["end"]
    if _ends_are_last_days(draft.export, key, start, end):
        draft.columns["valid_to"] = {"from": end, "plus_days": 1}
        draft.remarks["valid_to"] = "the last day: the next contract starts the day after"
    else:
        draft.columns["valid_to"] = end
        draft.remarks["valid_to"] = "the first day without it"


def _ends_are_last_days(export: Export, key: Column, start: str, end: str) -> bool:
    """Say whether the next row of a customer usually starts the day after, not on the day."""
    named = key["id_of"][0] if isinstance(key, dict) else key
    sheet = export.sheet
    order = dates_of([*sheet.filled(start), *sheet.filled(end)])
    who = [as_id((cell,)) for cell in sheet.columns[named]]
    read = [[_day(text, order) for text in sheet.columns[one]] for one in (start, end)]
    starts = set(zip(who, read[0], strict=True))
    ends = [(one, day) for one, day in zip(who, read[1], strict=True) if day]
    on_the_day = sum((who, day) in starts for who, day in ends)
    day_after = sum((who, day + timedelta(days=1)) in starts for who, day in ends)
    return day_after > on_the_day


def _day(text: str, order: str | None) -> date | None:
    try:
        return date.fromisoformat(as_date(text, day_first=order != "month_first")[:10])
    except ValueError:
        return None


def _status(draft: Draft) -> None:
    """Say what the words of a status column mean; a row that has ended needs its end."""
    export = draft.export
    if "status" not in export.roles or export.kind == "deals":
        return
    words = _translated(export, "status", STATUSES)
    if words is None:
        return
    status = export.roles["status"]
    gone = [word for word, ours in words.items() if ours == "canceled"]
    # until it ended it was active: the end says when that stopped
    meant = {word: "active" if word in gone else ours for word, ours in words.items()}
    draft.columns["status"] = {"from": status, "values": meant, "constant": "active"}
    if gone and "valid_to" in draft.columns:
        end = draft.columns["valid_to"]
        end = {"from": end} if isinstance(end, str) else end
        draft.columns["valid_to"] = {**end, "needed_where": {status: gone}}
    elif gone:
        draft.settings["without"] = {status: gone}
        draft.remarks["without"] = "no column says when they ended"


def _won(draft: Draft) -> None:
    """Take the deals that were won, and no others."""
    roles = draft.export.roles
    if "is_won" in roles:
        draft.settings["only"] = {roles["is_won"]: ["true", "1", "yes"]}
    else:
        words = [word for word in words_of(draft.export.cells("stage")) if _says_won(word)]
        draft.settings["only"] = {roles["stage"]: words or ["Closed Won"]}
    if "valid_to" not in draft.columns:
        draft.remarks["valid_from"] = "no column says when a deal ends: each goes on for ever"


def _says_won(word: str) -> bool:
    return any(won in word.casefold() for won in WON) and "not" not in word.casefold()
