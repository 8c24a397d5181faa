"""The opinions on what was done, made and delivered, on goals reached and on what is felt."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tasks.engine.opinion.company import JUST_BEFORE, Company
from tasks.engine.opinion.figures import Share, Sum, decimals
from tasks.engine.opinion.money import nobodys
from tasks.engine.opinion.registry import pandas_kpi
from tasks.model import NullReason

ENGAGED, MILLION = 4, Decimal(1_000_000)


@pandas_kpi("gig_completion_rate")
def gig_completion_rate(company: Company) -> Share:
    """Jobs done without an issue, of those that are over and that no customer cancelled."""
    jobs = nobodys(company, company.inside(company.books.kept("jobs"), "accepted_at"))
    ended = jobs["ended_at"].isna() | (jobs["ended_at"] < company.known)
    over = jobs[ended & ~jobs["outcome"].isin(["in_progress", "cancelled_by_customer"])]
    fine = over["outcome"].eq("completed") & over["had_issue"].ne(True)  # noqa: FBT003 - may be unknown
    return Share(over[fine], over)


@pandas_kpi("project_success_rate")
def project_success_rate(company: Company) -> Share:
    """Projects delivered in scope and by their date, of those closed in the period."""
    rows = company.real(company.on_days(company.books.kept("projects"), "closed_on"))
    closed = rows[rows["outcome"].ne("open")]
    in_time = closed["closed_on"] <= closed["due_on"]
    in_scope = closed["in_scope"].eq(True)  # noqa: FBT003 - may be unknown
    return Share(closed[closed["outcome"].eq("delivered") & in_scope & in_time], closed)


@pandas_kpi("overdue_open_projects")
def overdue_open_projects(company: Company) -> Sum:
    """Projects whose date had passed at the close, and that nobody had closed."""
    rows, end = company.table("projects"), pd.Timestamp(company.last_day)
    over = rows["closed_on"].notna() & (rows["closed_on"] < end)
    known = rows["outcome"].eq("open") | rows["closed_on"].notna()
    late = rows[(rows["due_on"] < end) & ~over & known]
    return Sum(late.assign(at=company.close - JUST_BEFORE))


def _deliveries(company: Company) -> pd.DataFrame:
    """Return what was first promised for a day of the period, and whether it came by then."""
    due = company.real(company.on_days(company.books.kept("deliveries"), "original_promise_on"))
    came = due["delivered_at"].where(due["delivered_at"] < company.known)
    zone = company.books.basis.calendar.timezone
    day = came.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return due.assign(in_time=day <= due["original_promise_on"])


@pandas_kpi("on_time_delivery_rate")
def on_time_delivery_rate(company: Company) -> Share:
    """Deliveries that came by the day first promised, of all promised for the period."""
    due = _deliveries(company)
    return Share(due[due["in_time"]], due)


@pandas_kpi("otif_rate")
def otif_rate(company: Company) -> Share:
    """Deliveries that came by then and whole, of all promised for the period."""
    due = _deliveries(company)
    whole = [
        not pd.isna(came) and came >= ordered
        for came, ordered in zip(due["qty_delivered"], due["qty_ordered"], strict=True)
    ]
    return Share(due[due["in_time"] & pd.Series(whole, due.index, dtype=bool)], due)


def _lots(company: Company) -> pd.DataFrame:
    rows = company.on_days(company.books.kept("production"), "produced_on")
    return nobodys(company, rows[rows["units_produced"] > Decimal(0)])


@pandas_kpi("defect_rate")
def defect_rate(company: Company) -> Share:
    """Defective units of all units made."""
    lots = _lots(company)
    made = lots.assign(amount=lots["units_produced"])
    return Share(lots.assign(amount=lots["units_defective"]), made, is_headcount=True)


@pandas_kpi("defect_ppm")
def defect_ppm(company: Company) -> Share:
    """Defective units of a million units made."""
    lots = _lots(company)
    made = lots.assign(amount=lots["units_produced"])
    bad = decimals((MILLION * one for one in lots["units_defective"]), lots)
    return Share(lots.assign(amount=bad), made, is_headcount=True)


@pandas_kpi("goal_attainment_rate")
def goal_attainment_rate(company: Company) -> Share:
    """Goals of customers reached by the day they were due, of all due in the period."""
    due = company.real(company.on_days(company.books.kept("objectives"), "due_on"))
    return Share(due[due["achieved_on"] <= due["due_on"]], due)


@pandas_kpi("employee_engagement_rate", variant="mean_ge_4")
def employee_engagement_rate(company: Company) -> Share:
    """Employees whose last answer is 4 or more, of all who answered."""
    rows = company.inside(company.books.kept("employee_survey"), "responded_at")
    last = rows.sort_values("at").drop_duplicates("employee_id", keep="last")
    last = nobodys(company, last[last["engagement_mean"].notna()])
    return Share(last[last["engagement_mean"] >= Decimal(ENGAGED)], last, NullReason.NO_RESPONSES)


@pandas_kpi("feedback_negative_share")
def feedback_negative_share(company: Company) -> Share:
    """Negative remarks, of those whose sentiment is known."""
    rows = company.during("feedback", "received_at")
    known = rows[rows["sentiment"].notna()]
    return Share(known[known["sentiment"].eq("negative")], known, NullReason.NO_RESPONSES)
