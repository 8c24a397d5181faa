"""Is the sample all there, and what is the smallest change it could show?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from tasks.model import Family, Grain
from tasks.rules.base import Subject
from tasks.rules.baseline import MEMORY
from tasks.rules.collapse import (
    LOST_SHARE,
    LOST_SPREADS,
    MOST,
    RECENT,
    SAMPLED,
    has_lost_its_half,
)
from tasks.rules.history import DAYS_IN_WEEK, History
from tasks.rules.outlook import EVENTS, Outlook, is_judged
from tasks.rules.words import COMMON_SHARE, UNITS_OF_TIME, amount, number

VISIBLE_AT = 0.05
HALF = 0.5
POOR_FACTOR = 2.0  # a sample that only shows doublings is too small to comfort anybody
POOR_SHIFT = 0.4  # the same for means: the smallest visible shift as a share of the level


@dataclass(frozen=True, slots=True)
class Collapse:
    """A sample that came in far smaller than it usually is."""

    size: int
    usual: int


def collapse(history: History, subject: Subject, row: int) -> Collapse | None:
    """Return what is missing when the period at ``row`` has lost half its sample, else None."""
    if subject.family not in SAMPLED:
        return None
    sizes = history.sizes[max(0, row - MOST) : row + 1]
    size, before = sizes[-1], sizes[:-1][-RECENT:]
    before = before[np.isfinite(before)]
    usual = float(np.median(before)) if len(before) else np.nan
    if (
        not size < LOST_SHARE * usual
        or not has_lost_its_half(sizes[None], history.cell.grain)[0, -1]
    ):
        return None
    return Collapse(int(size), round(usual))


def falls_short(history: History) -> bool:
    """Return whether the newest sample is smaller than it usually is, beyond what chance takes.

    A day is held against the same weekday.
    """
    step = DAYS_IN_WEEK if history.cell.grain is Grain.DAY else 1
    sizes = history.sizes[-1 - step * RECENT :]
    before = sizes[:-1][::-1][step - 1 :: step]
    before = before[np.isfinite(before)]
    if not len(before):
        return False
    usual = float(np.median(before))
    return bool(usual - np.nan_to_num(sizes[-1]) > LOST_SPREADS * np.sqrt(max(usual, 1.0)))


def smallest_visible(outlook: Outlook, subject: Subject) -> Decimal:
    """Return the smallest rise that would not pass for luck (one chance in twenty).

    For counts and shares a factor on the expected number of events, at least 1; of a share that is
    usually above one half, a factor on the rarer opposite. For means a distance in the KPI's unit.
    """
    law = outlook.law
    if subject.family not in EVENTS:
        return Decimal(f"{law.quantile(1 - VISIBLE_AT) - law.mean:.6g}")
    if subject.family is Family.BINOMIAL and law.mean > outlook.exposure / 2:
        rarer = outlook.exposure - law.mean
        factor = (outlook.exposure - law.quantile(VISIBLE_AT) + 1) / rarer
    else:
        factor = (law.quantile(1 - VISIBLE_AT) + 1) / law.mean
    return Decimal(f"{max(factor, 1.0):.6g}")


def too_few(history: History, subject: Subject, outlook: Outlook | None) -> str:
    """Return the sentence for a sample that can't show much, or an empty one.

    It is empty too when the sample did show something.
    """
    if outlook is None:
        return ""
    if not outlook.is_enough:
        enough = MEMORY[history.cell.grain].enough
        _, periods = UNITS_OF_TIME[history.cell.grain]
        return f"Too few to tell: {outlook.points} of the {enough} {periods} of history needed"
    tail = min(outlook.law.at_least(outlook.seen), outlook.law.at_most(outlook.seen))
    if tail < VISIBLE_AT and is_judged(outlook, subject.family):
        return ""
    if not _is_poor(smallest_visible(outlook, subject), outlook, subject):
        return ""
    smallest = visible_words(outlook, subject)
    return f"Too few to tell: the smallest change visible here is {smallest}"


def _is_poor(visible: Decimal, outlook: Outlook, subject: Subject) -> bool:
    """Return whether a sample shows only changes so large that it comforts nobody."""
    if subject.family in EVENTS:
        return visible >= Decimal(str(POOR_FACTOR))
    return visible >= Decimal(str(POOR_SHIFT)) * Decimal(f"{abs(outlook.law.mean):.6g}")


def visible_words(outlook: Outlook, subject: Subject) -> str:
    """Return the smallest visible change: ``2.4 times the usual``, ``22 points``, ``$40``.

    A share that is commonly talked of in percent changes in points, up or down.
    """
    visible = smallest_visible(outlook, subject)
    if subject.family not in EVENTS:
        return amount(visible, subject) + (" points" if subject.unit == "points" else "")
    share = outlook.law.mean / outlook.exposure if outlook.exposure else 0.0
    if subject.family is not Family.BINOMIAL or share < COMMON_SHARE:
        return f"{number(visible, 1)} times the usual"
    points = 100 * float(visible - 1) * (share if share <= HALF else 1 - share)
    return f"{number(Decimal(f'{points:.6g}'), 0 if points >= 1 else 1)} points"
