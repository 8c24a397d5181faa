"""Companies that nobody has: accounts, money, tickets, answers and use, in a lake like our own.

Everything is drawn from the hash of a row's number, so that a size is the same company each time.
Fifteen months up to the end of October 2026: thirteen to measure, and what they look back on.
"""

# ruff: noqa: S608 - the names are those of our own tables

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.lake import WHOLE
from tasks.facts.load import LakeFile

FIRST, END = date(2025, 8, 1), date(2026, 11, 2)  # usage from, and up to
NOW = datetime(2026, 11, 2, 6)  # noqa: DTZ001 - the zone is put on where it is used
SIZES = {"10k": 10_000, "200k": 200_000, "1m": 1_000_000}
USES, TICKETS, ANSWERS, PEOPLE, FEATURES = 100, 10, 2, 5, 12
LOAD = "bench"
FILES = "files.json"
Columns = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Company:
    """A company of ``accounts`` in the lake at ``root``."""

    root: Path
    accounts: int

    @property
    def files(self) -> tuple[LakeFile, ...]:
        """The files its lake is made of."""
        return tuple(LakeFile(**one) for one in json.loads((self.root / FILES).read_text()))

    def paths(self, table: str, months: frozenset[str] = frozenset()) -> list[str]:
        """Return the files of one table, of all months or of some."""
        mine = [one for one in self.files if one.table == table]
        return [str(self.root / one.path) for one in mine if not months or one.ym in months]


def company(root: Path, size: str) -> Company:
    """Return the company of a size, which is made below ``root`` unless it is there already."""
    made = Company(root / size, SIZES[size])
    if not (made.root / FILES).exists():
        with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(_DRAWN)
            files = [asdict(one) for one in _tables(connection, made)]
        (made.root / FILES).write_text(json.dumps(files))
    return made


# A number from 0 to 1 for row i and purpose k; and one of n things.
_DRAWN = """
CREATE MACRO drawn(i, k) AS (hash(i * 64 + k) % 1000000007) / 1000000007.0;
CREATE MACRO one_of(i, k, n) AS CAST(floor(drawn(i, k) * n) AS BIGINT);
CREATE MACRO account(number) AS 'C' || CAST(number AS VARCHAR);
CREATE MACRO days_after(since, days) AS since + to_microseconds(CAST(days * 86400e6 AS BIGINT))
"""


def _tables(connection: duckdb.DuckDBPyConnection, made: Company) -> Iterator[LakeFile]:
    n = made.accounts
    yield _written(connection, made, "customers", WHOLE, _CUSTOMERS, f"range({n}) t(i)")
    yield _written(connection, made, "fx_rates", WHOLE, _RATES, "range(1)")
    yield _written(connection, made, "subscription_versions", WHOLE, _VERSIONS, _lives(n))
    yield _written(connection, made, "contracts", WHOLE, _CONTRACTS, f"range({n}) t(i)")
    for table, columns, rows in (
        ("tickets", _TICKETS, TICKETS),
        ("survey_responses", _ANSWERS, ANSWERS),
        ("usage_events", _USES, USES),
    ):
        yield from _by_month(connection, made, table, columns, n * rows)


def _by_month(
    connection: duckdb.DuckDBPyConnection, made: Company, table: str, columns: Columns, rows: int
) -> Iterator[LakeFile]:
    """Yield the files of a table of ``rows`` rows, as many a day in each month."""
    every, begun = (END - FIRST).days, FIRST
    while begun < END:
        following = min(date(begun.year + begun.month // 12, begun.month % 12 + 1, 1), END)
        low, high = (rows * (day - FIRST).days // every for day in (begun, following))
        source = (
            f"(SELECT i, one_of(i, 1, 20) AS few, days_after(TIMESTAMP '{begun}', "
            f"{(following - begun).days} * (i - {low}) / {high - low}.0) AS moment, "
            f"account(floor({made.accounts} * pow(drawn(i, 2), 1.5))::BIGINT) AS customer_id "
            f"FROM range({low}, {high}) t(i))"
        )
        yield _written(connection, made, table, f"{begun:%Y-%m}", columns, source)
        begun = following


def _written(
    connection: duckdb.DuckDBPyConnection,
    made: Company,
    table: str,
    ym: str,
    columns: Columns,
    source: str,
) -> LakeFile:
    path = f"facts/{table}/ym={ym}/part-{LOAD}.parquet"
    target = made.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    given = {"source": "'bench'", "updated_at": f"TIMESTAMP '{FIRST}'", **columns}
    chosen = ", ".join(
        f'CAST({given.get(field.name, "NULL")} AS {_type_of(str(field.type))}) AS "{field.name}"'
        for field in schema_of(FACTS[table])
    )
    copied = f"COPY (SELECT {chosen} FROM {source}) TO '{target}' (FORMAT parquet, CODEC zstd)"
    rows = connection.execute(copied).fetchall()[0][0]
    return LakeFile(LOAD, table, path, ym, rows, target.stat().st_size, LOAD)


def _type_of(arrow: str) -> str:
    known = {
        "string": "VARCHAR",
        "bool": "BOOLEAN",
        "int64": "BIGINT",
        "timestamp[us]": "TIMESTAMP",
    }
    return known.get(arrow, arrow.replace("decimal128", "DECIMAL").replace("date32[day]", "DATE"))


def _lives(n: int) -> str:
    """Return up to three versions of a subscription: two prices, and the end of two in five."""
    return f"""(
        SELECT i, part, days_after(TIMESTAMP '2024-11-01', 700 * drawn(i, 3)) AS since,
            days_after(since, 60 + 500 * drawn(i, 4)) AS raised,
            days_after(since, 30 + 1700 * drawn(i, 5)) AS ended,
            least(raised, ended) AS changed,
            10 * (1 + one_of(i, 6, 50)) AS price
        FROM range({n}) t(i), range(2) p(part)
        WHERE part = 0 OR (raised < ended AND raised < TIMESTAMP '{END}'))"""


_CUSTOMERS = {
    "customer_id": "account(i)",
    "name": "'Customer ' || i",
    "segment": "['SMB', 'Mid', 'Enterprise', 'Self-service'][1 + one_of(i, 7, 4)]",
    "plan": "['Free', 'Team', 'Business', 'Scale'][1 + one_of(i, 8, 4)]",
    "region": "['NA', 'EU', 'UK', 'LATAM', 'APAC'][1 + one_of(i, 9, 5)]",
    "is_test": "one_of(i, 10, 500) = 0",
    "created_at": "TIMESTAMP '2024-11-01'",
}
_RATES = {
    "currency": "'EUR'",
    "rate_date": "DATE '2024-01-01'",
    "rate_to_usd": "1.1",
    "kind": "'locked'",
}
_VERSIONS = {
    "version_id": "'V' || i || '-' || part",
    "subscription_id": "'S' || i",
    "customer_id": "account(i)",
    "product": "'suite'",
    "status": "'active'",
    "valid_from": "CASE WHEN part = 0 THEN since ELSE raised END",
    "valid_to": f"""CASE WHEN part = 0 AND raised < ended AND raised < TIMESTAMP '{END}' THEN raised
        WHEN ended < TIMESTAMP '{END}' THEN ended END""",
    "unit_amount": "CASE WHEN part = 0 THEN price ELSE price * (1 + one_of(i, 11, 5) - 1) END",
    "quantity": "1 + one_of(i, 12, 20)",
    "currency": "CASE WHEN one_of(i, 13, 5) = 0 THEN 'EUR' ELSE 'USD' END",
    "interval": "CASE WHEN one_of(i, 14, 3) = 0 THEN 'year' ELSE 'month' END",
    "interval_count": "1",
    "discount_pct": "CASE WHEN one_of(i, 15, 4) = 0 THEN 10 END",
    "change_kind": "CASE WHEN part = 1 THEN 'upsell' END",
    "cancel_at": f"CASE WHEN ended < TIMESTAMP '{END}' THEN ended END",
    "cancel_requested_at": f"""CASE WHEN ended < TIMESTAMP '{END}'
        THEN greatest(days_after(ended, -30), CASE WHEN part = 0 THEN since ELSE raised END) END""",
    "cancel_reason": f"CASE WHEN ended < TIMESTAMP '{END}' THEN 'price' END",
}
_CONTRACTS = {
    "contract_id": "'K' || i",
    "customer_id": "account(i)",
    "due_at": "days_after(TIMESTAMP '2025-09-01', 450 * drawn(i, 16))",
    "acv": "1200 * (1 + one_of(i, 6, 50))",
    "outcome": "CASE WHEN one_of(i, 17, 10) < 8 THEN 'renewed' ELSE 'lost' END",
    "decided_at": "days_after(due_at, -5)",
    "renewed_acv": "CASE WHEN one_of(i, 17, 10) < 8 THEN acv END",
    "currency": "'USD'",
}
_TICKETS = {
    "ticket_id": "'T' || i",
    "customer_id": "customer_id",
    "requester_id": f"customer_id || '-' || one_of(i, 18, {PEOPLE})",
    "created_at": "moment",
    "created_by": "CASE WHEN few = 0 THEN 'agent' ELSE 'customer' END",
    "channel": "'email'",
    "first_agent_reply_at": """CASE WHEN few <> 1
        THEN days_after(moment, 2 * pow(drawn(i, 19), 3)) END""",
    "first_solved_at": "CASE WHEN few > 2 THEN days_after(moment, 3 + 4 * drawn(i, 20)) END",
    "last_solved_at": "CASE WHEN few > 2 THEN days_after(moment, 3 + 5 * drawn(i, 20)) END",
    "reopened_at": "CASE WHEN few = 3 THEN days_after(moment, 7.5) END",
    "replies_before_first_solve": "one_of(i, 21, 4)",
    "is_spam": "few = 4 AND one_of(i, 22, 5) = 0",
    "tags": "'billing'",
}
_ANSWERS = {
    "response_id": "'R' || i",
    "survey": "CASE WHEN i % 2 = 0 THEN 'nps' ELSE 'csat' END",
    "customer_id": "customer_id",
    "respondent_id": f"customer_id || '-' || one_of(i, 23, {PEOPLE})",
    "responded_at": "moment",
    "score": "CASE WHEN i % 2 = 0 THEN one_of(i, 24, 11) ELSE 1 + one_of(i, 24, 5) END",
    "scale_min": "CASE WHEN i % 2 = 0 THEN 0 ELSE 1 END",
    "scale_max": "CASE WHEN i % 2 = 0 THEN 10 ELSE 5 END",
    "high_is": "'good'",
}
_USES = {
    "event_id": "'E' || i",
    "customer_id": "customer_id",
    "user_id": f"customer_id || '-' || one_of(i, 25, {PEOPLE})",
    "event_at": "moment",
    "feature": f"'feature ' || one_of(i, 26, {FEATURES})",
    "duration_s": "10 + one_of(i, 27, 600)",
}
