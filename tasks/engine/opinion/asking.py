"""The opinions on what customers say: would they recommend us, are they satisfied."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import Mean, Share
from tasks.engine.opinion.registry import pandas_kpi
from tasks.model import NullReason

COLUMNS = (
    "response_id",
    "survey",
    "customer_id",
    "respondent_id",
    "ticket_id",
    "responded_at",
    "score",
    "scale_min",
    "scale_max",
    "high_is",
)
PROMOTER, PASSIVE = 9, 7
FIVE, TEN, GOOD_OR_BAD, SATISFIED = 5, 10, 1, 75


def _answers(company: Company, survey: str) -> pd.DataFrame:
    """Return the answers to a survey in the period that lie on their own scale."""
    rows = company.during("survey_responses", "responded_at", *COLUMNS)
    rows = rows[rows["survey"].str.lower().eq(survey) & rows["score"].notna()]
    return rows[(rows["score"] >= rows["scale_min"]) & (rows["score"] <= rows["scale_max"])]


def _latest(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return the last answer of each, by the first of ``names`` that says whose it is.

    An id may be one customer's only: the same at two customers is two.
    """
    who = rows[names[0]].astype(object)
    for name in names[1:]:
        who = who.where(who.notna(), rows[name].astype(object))
    account = rows["account_id"].astype(object).fillna("")
    in_order = rows.assign(_account=account, _who=who).sort_values(["at", "response_id"])
    return in_order.drop_duplicates(["_account", "_who"], keep="last")


@pandas_kpi("nps")
def nps(company: Company) -> Mean:
    """Share of 9 and 10 less share of 0 to 6, in points, of the last answer of each respondent."""
    rows = _answers(company, "nps")
    usual = (rows["scale_min"] == 0) & (rows["scale_max"] == TEN) & (rows["high_is"] == "good")
    rows = _latest(rows[usual], "respondent_id", "account_id", "response_id")
    points = [
        100 if score >= PROMOTER else 0 if score >= PASSIVE else -100 for score in rows["score"]
    ]
    return Mean(rows.assign(amount=points))


@pandas_kpi("csat")
def csat(company: Company) -> Share:
    """Positive answers of all, the last on each ticket; tickets merged into others are out."""
    rows = _answers(company, "csat")
    tickets = company.books.kept("tickets", "ticket_id", "merged_into")
    merged = tickets["ticket_id"][tickets["merged_into"].notna()]
    rows = _latest(rows[~rows["ticket_id"].isin(merged)], "ticket_id", "response_id")
    given = (rows[name] for name in ("score", "scale_min", "scale_max", "high_is"))
    fine = [_is_positive(company, *one) for one in zip(*given, strict=True)]
    return Share(rows[pd.Series(fine, rows.index, dtype=bool)], rows, NullReason.NO_RESPONSES)


def _is_positive(
    company: Company, score: Decimal, low: Decimal, high: Decimal, high_is: str
) -> bool:
    """Return whether an answer is a satisfied one, on whatever scale it was given."""
    chosen = company.settings.get("csat", {})
    upright = low + high - score if high_is == "bad" else score
    if high == GOOD_OR_BAD:
        return upright in chosen.get("good", (1,))
    if low == 1 and high == FIVE:
        return upright in chosen.get("positive", (4, 5))
    return 100 * (upright - low) >= SATISFIED * (high - low)
