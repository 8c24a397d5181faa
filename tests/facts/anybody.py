"""A company of which nothing is sure but that its rows fit their tables: for laws about all KPIs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.columns import facts_of
from tasks.facts.load import LakeFile

BEGIN = datetime(2026, 1, 1, 9)  # noqa: DTZ001 - the lake's instants have no zone
DAYS = 150
PEOPLE = tuple(f"c{n}" for n in range(8))
ROWS = 14
TEXTS = {
    "currency": ("USD", "EUR"),
    "plan": ("Pro", "Basic", None),
    "survey": ("nps", "csat", "ces"),
    "requester_id": ("u1", "u2", "u3", None),
    "user_id": ("u1", "u2", "u3", None),
    "respondent_id": ("u1", "u2", None),
    "feature": ("search", "export", "share"),
    "themes": ("price", "bugs|price", "speed"),
    "status": ("completed", "cancelled", "pending"),
    "channel": ("web", "store"),
    "kind": ("sales_marketing", "retention", "revenue"),
    "store_id": ("s1", "s2"),
    "merged_into": (None,),
    "parent_id": (None,),
}
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
Row = dict[str, object]
Company = dict[str, list[Row]]


def moment(random: Random) -> datetime:
    return BEGIN + timedelta(hours=random.randrange(24 * DAYS))


def company(random: Random) -> Company:
    """Return rows of every table; keys are numbered."""
    made = {table: [row(random, table, n) for n in range(ROWS)] for table in FACTS}
    made["customers"] = [row(random, "customers", n) for n in range(len(PEOPLE))]
    made["subscription_versions"] = [one for name in PEOPLE[:-1] for one in versions(random, name)]
    made["fx_rates"] = [rate("EUR", "1.1"), rate("USD", "1")]
    return made


def rate(currency: str, worth: str) -> Row:
    found: Row = dict.fromkeys(FACTS["fx_rates"].c.keys())
    day = date(2025, 12, 1)
    return found | {
        "currency": currency, "rate_date": day, "rate_to_usd": Decimal(worth), "kind": "locked"
    }  # fmt: skip


def row(random: Random, table: str, number: int) -> Row:
    """Return any row of ``table``, such as could have been loaded."""
    found = {column.name: cell(random, table, column.name, number) for column in FACTS[table].c}
    if "scale_min" in found:
        low, high = SCALES[str(found["survey"])]
        found |= {"scale_min": Decimal(low), "scale_max": Decimal(high), "high_is": "good"}
        found["score"] = Decimal(random.randint(low, high))
    if table == "customers":
        found |= {"customer_id": PEOPLE[number % len(PEOPLE)], "is_test": number == len(PEOPLE) - 1}
    return found


def cell(random: Random, table: str, name: str, number: int) -> object:
    column = FACTS[table].c[name]
    facts = facts_of(column)
    if name in ("customer_id", "referrer_id"):
        return random.choice(PEOPLE)
    if facts.references and name not in TEXTS:
        return f"{facts.references[0]}-{random.randrange(ROWS)}"
    if column.primary_key and facts.kind == "text":
        return f"{table}-{number}"
    if name in TEXTS:
        return random.choice(TEXTS[name])
    if not facts.filled and random.random() < 0.25:
        return None
    return valued(random, facts.kind, facts.values, name)


def valued(random: Random, kind: str, values: tuple[str, ...], name: str) -> object:
    made = {
        "instant": lambda: moment(random),
        "day": lambda: moment(random).date(),
        "month": lambda: f"2026-{random.randint(1, 5):02d}",
        "flag": lambda: random.random() < 0.2,
        "number": lambda: Decimal(random.randint(1, 5)),
        "rate": lambda: Decimal(random.randint(1, 5)),
        "count": lambda: random.randint(1, 5),
    }
    words = values or tuple(f"{name}-{number}" for number in range(2))
    return made.get(kind, lambda: random.choice(words))()


def versions(random: Random, customer: str) -> list[Row]:
    """Return a subscription's versions, one after the other."""
    days = sorted(random.sample(range(DAYS), random.randint(2, 4)))
    rows = []
    for number, (since, until) in enumerate(zip(days, [*days[1:], None], strict=True)):
        one = row(random, "subscription_versions", number)
        rows.append(
            one
            | {
                "version_id": f"v-{customer}-{number}",
                "subscription_id": f"s-{customer}",
                "customer_id": customer,
                "status": random.choice(("active", "active", "active", "trialing", "paused")),
                "valid_from": BEGIN + timedelta(days=since),
                "valid_to": None if until is None else BEGIN + timedelta(days=until),
                "cancel_at": None,
                "interval": "month",
                "interval_count": 1,
                "discount_pct": None,
                "unit_amount": Decimal(random.choice((50, 100))),
            }
        )
    return rows


def write(root: Path, rows: Company, load: str) -> list[LakeFile]:
    """Write a file for each table and return them."""
    return [write_one(root, table, listed, load) for table, listed in rows.items()]


def write_one(root: Path, table: str, rows: list[Row], load: str) -> LakeFile:
    path = f"{table}-{load}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(FACTS[table])), root / path)
    return LakeFile("any", table, path, "all", len(rows), 0, load)


def changed(random: Random, table: str, rows: list[Row]) -> list[Row]:
    """Return the rows with one of them gone, another, or one more."""
    at = random.randrange(len(rows))
    what = random.choice(("gone", "more", "other", "other"))
    new = row(random, table, len(rows))
    if what == "gone":
        return rows[:at] + rows[at + 1 :]
    if what == "more":
        return [*rows, new]
    keys = {column.name for column in FACTS[table].primary_key.columns}
    name = random.choice(sorted(set(rows[at]) - keys - {"scale_min", "scale_max", "score"}))
    return [*rows[:at], rows[at] | {name: new[name]}, *rows[at + 1 :]]
