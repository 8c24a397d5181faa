"""Touch: with how many customers has one of us spoken lately, and how long ago was it?"""

from __future__ import annotations

from tasks.facts.functions import plus_days, seconds_between
from tasks.facts.tenure import DAY
from tasks.facts.touched import touch_book
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, quantile, ratio
from tasks.kpis.value import Ratio
from tasks.model import Base, Direction, Family, NullReason

_book = touch_book()
_b = _book.c


def _touched_in(days: int) -> Ratio:
    """Return the share of customers touched in the last days before the close."""
    return ratio(count(_book, plus_days(_b.touched_at, days) >= _b.period_end), count(_book))


CONTACT_COVERAGE_RATE = kpi(
    "contact_coverage_rate",
    "Customers we spoke with",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Retention",
    variants={"30d": _touched_in(30), "90d": _touched_in(90)},
    definition="Customers with a call, meeting or message of a person in the last 30 days before "
    "the close (90 in the variant), over everybody who was a customer in the period.",
    bad="Many customers have heard from nobody, or more than before.",
    action="Write to those nobody has spoken with, the largest first.",
    counted="customers spoken with",
    of="customers",
    base=Base.LEVEL,
    alarm="Fewer customers hear from us",
)
DAYS_SINCE_TOUCH = kpi(
    "days_since_touch",
    "Days since we spoke, median",
    unit="days",
    good=Direction.DOWN,
    family=Family.QUANTILE,
    section="Retention",
    value=quantile(
        _book,
        seconds_between(_b.touched_at, _b.period_end) / DAY,
        0.5,
        empty=NullReason.INSUFFICIENT_INPUTS,  # nobody was ever spoken with, as far as we know
    ),
    definition="Median days from the last call, meeting or message of a person to the close, of "
    "everybody who was a customer in the period; those never spoken with have no number and are "
    "left out, so read it beside the contact coverage.",
    bad="Customers wait longer to hear from somebody than before.",
    action="Write to those who have waited longest, the largest first.",
    of="customers ever spoken with",
    base=Base.LEVEL,
    alarm="Customers wait longer for us",
)
