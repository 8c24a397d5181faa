"""Retention: who came, who stayed, who left."""

from __future__ import annotations

from functools import partial

from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import ratio, total
from tasks.model import Base, Direction, Family

_count = partial(kpi, unit="count", family=Family.COUNT, section="Retention")
_rate = partial(kpi, unit="ratio", family=Family.BINOMIAL, section="Retention")

CUSTOMERS_OPENING = _count(
    "customers_opening",
    "Customers at the start",
    good=Direction.UP,
    value=total(book.customers_opening),
    definition="Customers just before the period began: paying, past due, or paused for less than "
    "90 days.",
    bad="Fewer than a period before.",
    action="Compare it with the close of the period before; the two must be equal.",
    counted="customers",
    base=Base.LEVEL,
)
CUSTOMERS_CLOSING = _count(
    "customers_closing",
    "Customers",
    good=Direction.UP,
    value=total(book.customers_closing),
    definition="Customers just before the period closed: paying, past due, or paused for less "
    "than 90 days.",
    bad="Fewer than a period before: more left than came.",
    action="See who came and who left.",
    counted="customers",
    base=Base.LEVEL,
)
ACTIVE_CUSTOMERS = _count(
    "active_customers",
    "Active customers",
    good=Direction.UP,
    value=total(book.customers_active),
    default="distinct_in_period",
    definition="Everybody who was a customer at some time of the period.",
    bad="Fewer than a period before.",
    action="See who came and who left.",
    counted="customers",
    base=Base.LEVEL,
)
NEW_CUSTOMERS = _count(
    "new_customers",
    "New customers",
    good=Direction.UP,
    variants={
        "gross": total(book.customers_started),
        "still_active_at_close": total(book.customers_started_and_closing),
    },
    definition="Customers who paid for the first time ever in the period.",
    bad="Fewer come than leave, or fewer than before.",
    action="Ask sales which sources brought them, and repeat what worked.",
    counted="new customers",
    alarm="Fewer new customers",
)
CHURNED_CUSTOMERS = _count(
    "churned_customers",
    "Customers lost",
    good=Direction.DOWN,
    value=total(book.customers_lost),
    definition="Customers when the period began who were none when it closed.",
    bad="More leave than usual, or more than come.",
    action="Call the customers who look like those who left, this week.",
    counted="customers lost",
    alarm="Customers are leaving",
)
REACTIVATED_CUSTOMERS = _count(
    "reactivated_customers",
    "Customers who came back",
    good=Direction.UP,
    value=total(book.customers_returned),
    definition="Customers at the close who had paid before, but not when the period began.",
    bad="Nobody comes back, although there were good reasons to.",
    action="Ask those who came back what changed their mind.",
    counted="customers back",
)
FLASH_CHURNED_CUSTOMERS = _count(
    "flash_churned_customers",
    "Joined and left",
    good=Direction.DOWN,
    value=total(book.customers_flash),
    definition="Customers who paid for the first time in the period and were gone at its close; "
    "they are in no churn rate.",
    bad="Anybody at all: what was sold was not what they found.",
    action="Ask them what they had expected to find.",
    counted="customers joined and left",
)
LOGO_CHURN_RATE = _rate(
    "logo_churn_rate",
    "Customer churn rate",
    good=Direction.DOWN,
    value=ratio(book.customers_lost, book.customers_opening),
    variants={
        "stripe_opening_plus_new": ratio(
            book.customers_lost_any, book.customers_opening + book.customers_started
        ),
        "with_flash": ratio(book.customers_lost + book.customers_flash, book.customers_opening),
    },
    definition="Customers active when the period began and gone when it closed, over customers "
    "active when it began.",
    bad="It is above what new customers make up for, or it rises from period to period.",
    action="Call the customers who look like those who left, this week; ask what they could not "
    "get done.",
    counted="customers left",
    of="customers",
    alarm="Customers are leaving",
    base=Base.OPENING,
)
_came = book.customers_joined + book.customers_returned
CUSTOMER_RETENTION_RATE = _rate(
    "customer_retention_rate",
    "Customer retention",
    good=Direction.UP,
    value=ratio(book.customers_stayed, book.customers_opening),
    variants={
        "seed_formula_n_incl_reactivated": ratio(
            book.customers_closing - _came, book.customers_opening
        ),
        "trap_n_first_time_only": ratio(
            book.customers_closing - book.customers_joined, book.customers_opening
        ),
    },
    definition="Customers active both when the period began and when it closed, over customers "
    "active when it began.",
    bad="It is low for the length of the period, or falls from period to period.",
    action="Call the customers who look like those who left, this week.",
    counted="customers stayed",
    of="customers",
    alarm="Customers are leaving",
    base=Base.OPENING,
)
