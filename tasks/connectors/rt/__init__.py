"""Request Tracker 5: tickets with their history, and who asked, of a company's own server.

Tested against a double of ours, and end to end against Debian's own server (5.0.3).
``settings`` is what keepwell.yaml says, ``access`` how RT wants to be asked, ``streams`` what is
read, by ``reading`` and ``history``, and ``extraction`` makes our tables of it with ``clocks`` and
``mapping``, which are pure.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.rt.settings import RtSettings
from tasks.connectors.rt.streams import MONTH, tables_of
from tasks.connectors.rt.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted

LATE = timedelta(minutes=1)  # it is the company's own database


def extract(settings: RtSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the server gives; a stream that breaks off leaves them as they were."""
    from tasks.connectors.rt.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(settings: RtSettings) -> Coverage:
    """Return of which times the server tells everything."""
    return Coverage(dict.fromkeys(tables_of(settings), settings.history_months * MONTH), LATE)


RT = connector("rt", RtSettings, extract, streams=every_stream, coverage=coverage)
