"""What does a first keepwell.yaml look like? Commented, and complete enough to run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from flows.hubspot_account import Portal
from flows.hubspot_yaml import source, splits
from flows.intake import Intake, taken_in
from flows.intake_doubts import Answers, company_name, reporting_currency, time_zone, week_start
from flows.intake_yaml import sources
from flows.source_yaml import entry
from tasks.connectors.hubspot.settings import HubSpotSettings
from tasks.errors import WrongUse

SPLITS = ("segment", "plan", "region", "industry", "country")
MANY = 30  # more values than that are no segments
TOP = """\
# What Keepwell should know about your company. `keepwell check` finds every mistake in here at once
# and says what can be computed; `keepwell schema` prints what else may stand here.

"""
STORE = """
store: "sqlite:///keepwell.db"    # results and history; postgresql+psycopg://... for a team
lake: ./lake                      # the facts, as Parquet files
"""
TAIL = """
# A goal holds at its own grain; finer digests show the pace towards it.
# `keepwell goals suggest` proposes some from your own history.
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


@dataclass(frozen=True, slots=True)
class First:
    """A first configuration: where it goes, its text, and what was made of the exports."""

    path: Path
    text: str
    intake: Intake | None = None


def first(folder: Path, exports: Path | None, answers: Answers) -> First:
    """Return the first configuration for ``folder``; nothing is written yet.

    Raises ``WrongUse`` where there is one already, ``SourceRejected`` where there are no exports.
    """
    path = vacant(folder)
    if exports is None:
        company = _company("UTC", "USD", "monday", answers, is_known=False)
        return First(path, TOP + company + STORE + BLANK + _segments(None) + TAIL)
    intake = taken_in(exports, answers)
    company = _company(intake.timezone, intake.currency, intake.week_start, answers)
    parts = (TOP, company, STORE, sources(exports, folder, intake))
    return First(path, "".join(parts) + _segments(_splits(intake)) + TAIL, intake)


def connected(folder: Path, portal: Portal, settings: HubSpotSettings, answers: Answers) -> First:
    """Return the first configuration for ``folder``, with the HubSpot account of ``settings``.

    Raises ``WrongUse`` where there is one already.
    """
    path = vacant(folder)
    zone = portal.zone or answers.to(time_zone("UTC"))
    currency = portal.currency or answers.to(reporting_currency("USD"))
    company = _company(zone, currency, answers.to(week_start(zone)), answers)
    parts = (TOP, company, STORE, source(portal, settings), _segments(splits(portal) or None), TAIL)
    return First(path, "".join(parts))


def begun(folder: Path, kind: str, answers: Answers) -> First:
    """Return the first configuration for ``folder``, with one source of a kind to be filled in.

    Raises ``WrongUse`` where there is one already.
    """
    path = vacant(folder)
    company = _company("UTC", "USD", "monday", answers, is_known=False)
    return First(path, "".join((TOP, company, STORE, entry(kind), _segments(None), TAIL)))


def vacant(folder: Path) -> Path:
    """Return where the configuration of ``folder`` goes; raise ``WrongUse`` where there is one."""
    path = folder / "keepwell.yaml"
    if path.exists():
        raise WrongUse(
            f"{path} is there already, and stays as it is.",
            todo="Name another folder, or move it away first.",
        )
    return path


def _company(
    zone: str, currency: str, week: str, answers: Answers, *, is_known: bool = True
) -> str:
    unsure = dict.fromkeys(answers.assumed, "; a guess, nobody was asked")
    name = answers.to(company_name()) if answers.is_asking and is_known else "Your company"
    midnight = "days, weeks and months begin at midnight there"
    lines = (
        "company:",
        f"  name: {json.dumps(name, ensure_ascii=False)}",
        f"  timezone: {zone:<22}# {midnight}{unsure.get('timezone', '')}",
        f"  currency: {currency:<22}# reports are in this currency{unsure.get('currency', '')}",
        f"  week_start: {week:<20}# monday or sunday{unsure.get('week_start', '')}",
        "  # fiscal_year_start: 1          # the month the year starts in",
        "  # business: saas                # picks the scorecard: saas, b2b, services, retail, ...",
    )
    return "\n".join(lines) + "\n"


def _segments(found: tuple[str, ...] | None) -> str:
    """Return by what KPIs are split; None where nobody knows."""
    text = (
        "\n# Every KPI is computed for everybody and for each of these; plan/region crosses two.\n"
    )
    if found is None:
        return f"{text}# segments: [segment, plan, region, plan/region]\n"
    return f"{text}segments: [{', '.join(found)}]\n"


def _splits(intake: Intake) -> tuple[str, ...]:
    """Return the customers' columns with a handful of values."""
    return tuple(name for name in SPLITS if _is_split(intake, name))


def _is_split(intake: Intake, name: str) -> bool:
    for draft in intake.drafts:
        if draft.table == "customers" and isinstance(column := draft.columns.get(name), str):
            return 1 < len(set(draft.export.sheet.filled(column))) <= MANY
    return False
