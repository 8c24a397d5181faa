"""A company with words in it, and a look for a customer in everything that was written."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq

from tests.flows.small import CUSTOMERS, VERSIONS

CONFIG = """\
company: {name: Tiny, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources:
  - {name: exports, kind: files, path: ./exports}
segments: [plan]
audiences:
  - {name: board, digest: week, to: ["file:board"]}
"""
NAME, ID, EMAIL, COMMENT = (
    "Zyxel & Søn",
    "zyx-901",
    "ann.lee@zyxel.example",
    "Your export loses rows",
)
TICKETS = """\
ticket_id,customer_id,requester_id,created_at,created_by,channel,first_agent_reply_at,first_solved_at,last_solved_at,reopened_at,replies_before_first_solve,merged_into,is_spam,subject,body
t1,zyx-901,ann.lee@zyxel.example,2026-02-25T12:00:00Z,customer,email,,,,,0,,false,Zyxel & Søn cannot log in,We at Zyxel & Søn wait
t2,c1,r2,2026-02-25T12:00:00Z,customer,email,,,,,0,,false,slow,It is slow
"""
SURVEYS = """\
response_id,survey,customer_id,respondent_id,ticket_id,responded_at,score,scale_min,scale_max,high_is,comment
r1,nps,zyx-901,ann.lee@zyxel.example,,2026-02-25T12:00:00Z,2,0,10,good,Your export loses rows
r2,nps,c1,p2,,2026-02-25T12:00:00Z,9,0,10,good,Fine
r3,nps,zyx-901,,,2026-02-25T12:00:00Z,99,0,10,good,Your export loses rows
"""
CONTACTS = """\
contact_id,customer_id,email,role,active,last_seen_at
p1,zyx-901,ann.lee@zyxel.example,boss,true,
p2,c1,bob@c1.example,boss,true,
p3,zyx-901,ann.lee@zyxel.example,boss,maybe,
"""
HELD = (NAME, "Zyxel", "Søn", ID, EMAIL, "ann.lee", COMMENT)


def furnish(folder: Path) -> None:
    """Write the exports of a company whose customer acme is called so that it can be found."""
    exports = folder / "exports"
    exports.mkdir(exist_ok=True)
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    for name, text in (
        ("customers", CUSTOMERS.replace("acme,Acme", f"{ID},{NAME}")),
        ("subscription_versions", VERSIONS.replace("acme", ID)),
        ("tickets", TICKETS),
        ("survey_responses", SURVEYS),
        ("contacts", CONTACTS),
    ):
        (exports / f"{name}.csv").write_text(text, encoding="utf-8")


def traces(folder: Path) -> dict[str, list[str]]:
    """By what was looked for, the files of the workspace it is in, unpacked as far as can be."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_relative_to(folder / "exports"):
            content = b"\n".join(_contents(path))
            for text in HELD:
                if text.encode() in content:
                    found.setdefault(text, []).append(str(path.relative_to(folder)))
    return found


def _contents(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    if path.suffix == ".parquet":
        return [str(pq.read_table(path, partitioning=None).to_pylist()).encode()]
    if path.suffix == ".gz":
        return [gzip.decompress(raw)]
    if path.suffix in {".db", ".sqlite"}:
        return [raw, *_cells(path)]
    return [raw]


def _cells(path: Path) -> list[bytes]:
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        rows = [row for name in names for row in connection.execute(f'SELECT * FROM "{name}"')]
    return [_plain(cell) for row in rows for cell in row if cell is not None]


def _plain(cell: object) -> bytes:
    if not isinstance(cell, bytes):
        return str(cell).encode()
    try:
        return zlib.decompress(cell).decode().encode().decode("unicode_escape").encode()
    except zlib.error:
        return cell
