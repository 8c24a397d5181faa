"""Stripe: what customers pay for, month by month, and what they were billed.

``settings`` is what keepwell.yaml says, ``access`` how the account wants to be asked, ``streams``
and ``reading`` what is read and how. ``people``, ``billed`` and ``agreed`` make our tables of it;
the last one from ``history``, which puts together what ``terms``, with their ``prices`` and
``discounts``, and ``standing`` tell over time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.stripe.settings import StripeSettings
from tasks.connectors.stripe.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted

LATE = timedelta(minutes=1)


def extract(settings: StripeSettings, surroundings: Surroundings) -> Extracted:
    """Return all tables; a stream that breaks off does not stop the others."""
    from tasks.connectors.stripe.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(_settings: StripeSettings) -> Coverage:
    """Return of which times the account tells everything: all of it."""
    return Coverage({}, LATE)


STRIPE = connector("stripe", StripeSettings, extract, streams=every_stream, coverage=coverage)
