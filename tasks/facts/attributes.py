"""What a customer looked like at a given time: segment, plan, region, owner, country, ..."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CTE, DateTime, Select, case, cast, func, null, or_, select, union_all
from sqlalchemy.sql import FromClause

from tasks.facts.customers import customer_versions, customers

ATTRIBUTES = ("segment", "plan", "region", "owner", "industry", "country", "acquired_via")
NONE = "(none)"  # the segment of those who have none


@cache
def attributes() -> CTE:
    """Return customer_id, valid_from, valid_to and a column per attribute.

    With versions in the data an attribute is the one in force then; without, the current one
    holds for all times. The first version reaches back to the beginning of time.
    """
    return union_all(_current(), _versions()).cte("attributes")


def _current() -> Select[Any]:
    c = customers.c
    has_versions = select(customer_versions.c.customer_id)
    return select(
        c.customer_id,
        cast(null(), DateTime).label("valid_from"),
        cast(null(), DateTime).label("valid_to"),
        c.segment,
        c.plan,
        c.region,
        c.owner_id.label("owner"),
        c.industry,
        c.country,
        c.acquired_via,
    ).where(c.customer_id.not_in(has_versions))


def _versions() -> Select[Any]:
    v, c = customer_versions.c, customers.c
    first = func.row_number().over(partition_by=v.customer_id, order_by=v.valid_from) == 1
    following = func.lead(v.valid_from).over(partition_by=v.customer_id, order_by=v.valid_from)
    return select(
        v.customer_id,
        case((first, cast(null(), DateTime)), else_=v.valid_from).label("valid_from"),
        following.label("valid_to"),
        func.coalesce(v.segment, c.segment).label("segment"),
        func.coalesce(v.plan, c.plan).label("plan"),
        func.coalesce(v.region, c.region).label("region"),
        func.coalesce(v.owner_id, c.owner_id).label("owner"),
        c.industry,
        c.country,
        c.acquired_via,
    ).join_from(customer_versions, customers, v.customer_id == c.customer_id)


def with_attributes(rows: FromClause, *, left_limit: bool = False) -> FromClause:
    """Return ``rows`` joined to what their customer looked like at ``attributes_at``.

    With ``left_limit`` it is what they looked like just before: a balance at midnight belongs to
    the segment of the day that ends.
    """
    a = attributes().c
    at = rows.c.attributes_at
    since = a.valid_from < at if left_limit else a.valid_from <= at
    until = a.valid_to >= at if left_limit else a.valid_to > at
    return rows.outerjoin(
        attributes(),
        (a.customer_id == rows.c.customer_id)
        & or_(a.valid_from.is_(None), since)
        & or_(a.valid_to.is_(None), until),
    )
