"""Zendesk: tickets, people, satisfaction and calls of an account, by its incremental exports.

``settings`` is what keepwell.yaml says, ``access`` how the account wants to be asked, ``streams``
what is read, and ``extraction`` makes our tables of it. The mappers are pure: ``tickets`` and
``clocks``, ``people``, ``surveys``, ``calls``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.zendesk.settings import ZendeskSettings
from tasks.connectors.zendesk.streams import MONTH
from tasks.connectors.zendesk.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted


def extract(settings: ZendeskSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the account gives; a stream that breaks off does not stop the others."""
    from tasks.connectors.zendesk.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(settings: ZendeskSettings) -> Coverage:
    """Return of which times the account tells everything: exports leave out the last minute."""
    back = settings.history_months * MONTH
    tables = ("tickets", "survey_responses", "survey_sends", "calls")
    return Coverage(dict.fromkeys(tables, back), timedelta(minutes=1))


ZENDESK = connector("zendesk", ZendeskSettings, extract, streams=every_stream, coverage=coverage)
