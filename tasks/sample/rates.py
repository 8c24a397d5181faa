"""What a euro is worth, and what winning and keeping customers costs."""

from __future__ import annotations

from decimal import Decimal

from tasks.model import Grain
from tasks.sample import story
from tasks.sample.chance import chance
from tasks.sample.contracts import locked_rate
from tasks.sample.files import Export, rows
from tasks.sample.lives import CENT
from tasks.sample.timeline import Timeline

RATE_STEP = Decimal("0.0001")
COST_SWING = 0.05
GROWTH_A_MONTH = 0.011


def fx_rates(timeline: Timeline, seed: int) -> Export:
    """Return one locked rate for each year of the history and a spot rate for each month."""
    rng = chance(seed, "rates")
    years = sorted({month.first_day.year for month in timeline.months})
    found = [("EUR", f"{year}-01-01", locked_rate(year), "locked") for year in years]
    for month in (timeline.calendar.previous(timeline.months[0]), *timeline.months):
        swing = Decimal(str(round(1 + story.SPOT_SWING * rng.uniform(-1, 1), 4)))
        rate = (locked_rate(month.first_day.year) * swing).quantize(RATE_STEP)
        found.append(("EUR", month.first_day.isoformat(), rate, "spot"))
    return Export("billing", "fx_rates", rows("currency rate_date rate_to_usd kind", found))


def costs(timeline: Timeline, seed: int) -> Export:
    """Return what each kind of cost came to in each full month."""
    rng = chance(seed, "costs")
    found = []
    for number, month in enumerate(timeline.months):
        if month.grain is Grain.MONTH and month.end_at <= timeline.now:
            for kind, at_first in story.COSTS.items():
                swing = 1 + GROWTH_A_MONTH * number + COST_SWING * rng.uniform(-1, 1)
                amount = (Decimal(at_first) * Decimal(str(round(swing, 4)))).quantize(CENT)
                found.append((month.key, kind, amount, story.CURRENCY))
    return Export("billing", "costs", rows("period kind amount currency", found))
