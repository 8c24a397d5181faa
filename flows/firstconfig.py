"""What does a first keepwell.yaml look like? Commented, and complete enough to run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from flows.proposal import Guess, Proposal, proposal
from tasks.errors import WrongUse

HEAD = """\
# What Keepwell should know about your company. `keepwell check` finds every mistake in here at once
# and says what can be computed; `keepwell schema` prints what else may stand here.

company:
  name: Your company
  timezone: UTC                   # days, weeks and months begin at midnight there
  currency: USD                   # reports are in this currency
  # week_start: monday
  # fiscal_year_start: 1          # the month the year starts in
  # business: saas                # picks the scorecard: saas, b2b, ecommerce, services, retail, ...

store: "sqlite:///keepwell.db"    # results and history; postgresql+psycopg://... for a team
lake: ./lake                      # the facts, as Parquet files
"""
TAIL = """
# Every KPI is computed for everybody and for each of these; plan/region crosses two of them.
# segments: [segment, plan, region, plan/region]

# A goal holds at its own grain; finer digests show the pace towards it.
# goals:
#   - {kpi: logo_churn_rate, grain: month, at_most: 2 %}
#   - {kpi: nrr, grain: quarter, at_least: 100 %}

# Who gets which digest. The channel "file" writes it below ./out in every format.
audiences:
  - {name: leadership, digest: week, to: ["file:leadership"]}

# channels:
#   file: {path: ./out}
"""
BLANK = """
# Where the data are. A file named like one of our tables (customers.csv, tickets.csv, ...) is read
# as it is; others are mapped with `tables`, by columns or by a SELECT.
sources:
  - name: exports
    kind: files
    path: ./exports
    # tables:
    #   customers:
    #     file: accounts.csv
    #     columns: {customer_id: Account ID, name: Account Name}
    #   tickets: {sql: tickets.sql}
"""


def written(folder: Path, exports: Path | None) -> tuple[Path, Proposal | None]:
    """Write keepwell.yaml into ``folder``; return its path and what was proposed for ``exports``.

    Raises ``WrongUse`` where there is one already, ``SourceRejected`` where there are no exports.
    """
    path = folder / "keepwell.yaml"
    if path.exists():
        raise WrongUse(
            f"{path} is there already, and stays as it is.",
            todo="Name another folder, or move it away first.",
        )
    proposed = proposal(exports) if exports else None
    sources = BLANK if proposed is None or exports is None else _sources(exports, folder, proposed)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + sources + TAIL, encoding="utf-8")
    return path, proposed


def _sources(exports: Path, folder: Path, proposed: Proposal) -> str:
    lines = [
        "",
        "# Where the data are. This is a guess by names: look it over, then run `keepwell check`.",
        "sources:",
        "  - name: exports",
        "    kind: files",
        f"    path: {json.dumps(_relative(exports, folder))}",
    ]
    if any(not guess.is_plain for guess in proposed.guesses):
        lines.append("    tables:")
        for guess in proposed.guesses:
            lines += _table(guess)
    if proposed.others:
        lines.append(f"    # nothing could be made of: {', '.join(proposed.others)}")
    return "\n".join(lines) + "\n"


def _relative(exports: Path, folder: Path) -> str:
    """Return where the exports are, seen from the configuration, where that is below it."""
    inside, base = exports.resolve(), folder.resolve()
    return f"./{inside.relative_to(base)}" if inside.is_relative_to(base) else str(inside)


def _table(guess: Guess) -> Iterator[str]:
    yield f"      {guess.table}:"
    yield f"        file: {json.dumps(guess.file)}"
    renamed = {ours: theirs for ours, theirs in guess.columns.items() if ours != theirs}
    if renamed:
        yield "        columns:"
        yield from (f"          {ours}: {json.dumps(theirs)}" for ours, theirs in renamed.items())
    if guess.missing:
        yield f"        # not found: {', '.join(guess.missing)}"
