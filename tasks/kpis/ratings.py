"""Ratings: what do public reviews say, one voice for each review however often it was edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tasks.facts.panel import events
from tasks.facts.voice import reviews
from tasks.kpis.base import kpi
from tasks.kpis.formulas import Derived, derived
from tasks.kpis.measures import amount, count, mean, ratio, total
from tasks.kpis.value import Parameter
from tasks.model import Direction, Family, NullReason

_reviews = events("reviews_rated", reviews, at=reviews.c.rated_at, per=(reviews.c.review_id,))
_r = _reviews.c
_POSITIVE = 4
_PRIOR = re.compile(r"prior(?P<mean>\d+(?:\.\d+)?)_w(?P<weight>\d+(?:\.\d+)?)")
_USUAL = ("4", "5")


def _prior(settings: Mapping[str, Any]) -> tuple[str, ...]:
    chosen = settings.get("average_rating", {})
    mean, weight = chosen.get("prior_mean", 4), chosen.get("prior_weight", 5)
    return (f"prior{_short(mean)}_w{_short(weight)}",)


def _short(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"


def _bayes(name: str) -> Derived:
    """Return the mean of the ratings and of what is believed before them, by the variant's name."""
    found = _PRIOR.fullmatch(name)
    believed, weight = map(Fraction, found.groups() if found else _USUAL)

    def pulled(rated: Fraction, ratings: Fraction) -> Fraction | NullReason:
        if not ratings:
            return NullReason.NO_RESPONSES
        return (believed * weight + rated) / (weight + ratings)

    rated = amount(_reviews, _r.rating, _r.newest)
    return derived(total(rated), total(count(_reviews, _r.newest)), of=pulled, n_of=rated)


AVERAGE_RATING = kpi(
    "average_rating",
    "Average rating",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Voice",
    value=mean(_reviews, _r.rating, _r.newest),
    parameters=(Parameter("bayes_", _bayes, values=_prior),),
    definition="Mean of the ratings (1 to 5) given in the period, the latest version of each "
    "review; the bayes variant starts from a prior mean that counts as much as so many ratings, "
    "both of them settings.",
    bad="Below 4 people look elsewhere; or it falls.",
    action="Answer the reviews below 4 in public, and say what you changed.",
    of="reviews",
    alarm="Reviews are getting worse",
)
POSITIVE_RATING_SHARE = kpi(
    "positive_rating_share",
    "Positive ratings",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Voice",
    value=ratio(
        count(_reviews, _r.newest & (_r.rating >= _POSITIVE)),
        count(_reviews, _r.newest),
        empty=NullReason.NO_RESPONSES,
    ),
    definition="Reviews of the period that give 4 or 5 of 5, over all of its reviews; the latest "
    "version of each.",
    bad="Fewer than four in five are content, or fewer than before.",
    action="Answer the reviews below 4 in public, and say what you changed.",
    counted="reviews of 4 or 5",
    of="reviews",
    alarm="Fewer good reviews",
)
