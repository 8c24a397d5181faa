"""A company small enough to work out by hand: eleven customers, one left, one joined."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

Keepwell = Callable[..., tuple[int, str, str]]

NOW = "2026-03-02T13:00:00+00:00"  # the Monday after the worked week, 08:00 in New York

CONFIG = """\
company: {name: Tiny, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources:
  - {name: exports, kind: files, path: ./exports}
segments: [plan]
audiences:
  - {name: board, digest: week, to: ["file:board"]}
"""

# Ten customers all along; acme leaves in the last week of February, bolt joins then.
CUSTOMERS = """\
customer_id,name,segment,industry,country,acquired_via,referrer_id,is_test,merged_into,plan
acme,Acme,SMB,retail,US,ads,,false,,Starter
bolt,Bolt,SMB,retail,US,ads,,false,,Pro
""" + "".join(f"c{n},Customer {n},SMB,retail,US,ads,,false,,Pro\n" for n in range(1, 10))

VERSIONS_HEAD = (
    "version_id,subscription_id,customer_id,product,status,valid_from,valid_to,"
    "unit_amount,quantity,currency,interval,interval_count,discount_pct,change_kind,cancel_at\n"
)
VERSIONS = (
    VERSIONS_HEAD
    + "v1,s-acme,acme,core,active,2025-11-03T05:00:00Z,2026-02-25T17:00:00Z,100,1,USD,month,1,0,,\n"
    + "v2,s-bolt,bolt,core,active,2026-02-24T17:00:00Z,,50,1,USD,month,1,0,,\n"
    + "".join(
        f"w{n},s{n},c{n},core,active,2025-11-03T05:00:00Z,,100,1,USD,month,1,0,,\n"
        for n in range(1, 10)
    )
)


def as_rows(text: str) -> list[dict[str, str]]:
    """CSV as a list of rows by column."""
    return list(csv.DictReader(io.StringIO(text)))
