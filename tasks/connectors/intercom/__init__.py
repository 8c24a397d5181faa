"""Intercom: conversations, ratings, the AI agent's work, contacts and companies of a workspace.

Beta: contract-tested, and against a double of ours; no live workspace has been read.
``settings`` is what keepwell.yaml says, ``access`` how the workspace wants to be asked,
``streams`` what is read, by ``reading`` and ``scrolling``, and ``extraction`` makes our tables of
it. The mappers are pure: ``conversations``, ``ratings``, ``people``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.intercom.settings import IntercomSettings
from tasks.connectors.intercom.streams import MONTH, TALKS
from tasks.connectors.intercom.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted

LATE = timedelta(minutes=5)  # a new contact can be searched for after a few minutes


def extract(settings: IntercomSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the workspace gives; a stream that breaks off does not stop the others."""
    from tasks.connectors.intercom.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(settings: IntercomSettings) -> Coverage:
    """Return of which times the workspace tells everything."""
    return Coverage(dict.fromkeys(TALKS, settings.history_months * MONTH), LATE)


INTERCOM = connector("intercom", IntercomSettings, extract, streams=every_stream, coverage=coverage)
