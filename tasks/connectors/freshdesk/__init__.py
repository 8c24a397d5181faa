"""Freshdesk: tickets, contacts, companies and satisfaction ratings of an account.

Beta: tested against a double of ours and a contract that others wrote; no live account has been
read. ``settings`` is what keepwell.yaml says, ``access`` how the account wants to be asked,
``streams`` what is read, by ``walking``, and ``extraction`` makes our tables of it with
``mapping``, which is pure.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.freshdesk.settings import FreshdeskSettings
from tasks.connectors.freshdesk.streams import ANSWERS, MONTH
from tasks.connectors.freshdesk.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted

LATE = timedelta(minutes=5)


def extract(settings: FreshdeskSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the account gives; a stream that breaks off does not stop the others."""
    from tasks.connectors.freshdesk.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(settings: FreshdeskSettings) -> Coverage:
    """Return of which times the account tells everything."""
    back = settings.history_months * MONTH
    return Coverage(dict.fromkeys(("tickets", *ANSWERS), back), LATE)


FRESHDESK = connector(
    "freshdesk", FreshdeskSettings, extract, streams=every_stream, coverage=coverage
)
