"""How patient is the law of alerts with a rule? As its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.episode import Limits

if TYPE_CHECKING:
    from tasks.rules.base import SimpleSettings


def limits_of(settings: SimpleSettings) -> Limits:
    """Return how long a finding has to last, and how long calm, to open an alert and to end it."""
    return Limits(opens_after=settings.opens_after, calm=settings.recover)
