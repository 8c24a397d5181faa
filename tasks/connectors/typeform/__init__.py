"""Typeform: answers to rated questions, on the scales that the forms themselves say.

``settings`` is what keepwell.yaml says, ``access`` how the account wants to be asked, ``streams``
what is read and how, and ``extraction`` makes our table of it with ``questions`` and ``answers``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.typeform.settings import TypeformSettings
from tasks.connectors.typeform.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted

LATE = timedelta(minutes=30)  # answers that are younger may not be shown yet


def extract(settings: TypeformSettings, surroundings: Surroundings) -> Extracted:
    """Return the answers of every form; a stream that breaks off does not stop the others."""
    from tasks.connectors.typeform.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(_settings: TypeformSettings) -> Coverage:
    """Return of which times the account tells everything: all, but for the last half hour."""
    return Coverage({}, LATE)


TYPEFORM = connector("typeform", TypeformSettings, extract, streams=every_stream, coverage=coverage)
