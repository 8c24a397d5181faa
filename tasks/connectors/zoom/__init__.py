"""Zoom: telephone calls, from Zoom Phone and, in beta, from Zoom Contact Center.

``settings`` is what keepwell.yaml says, ``access`` how the account wants to be asked, ``streams``
what is read, by ``slices`` of time, and ``extraction`` makes our table of it with ``calls``. Of
Contact Center no contract was at hand: what is read of it is only tested against our own double.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.zoom.settings import ZoomSettings
from tasks.connectors.zoom.slices import AGAIN
from tasks.connectors.zoom.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted


def extract(settings: ZoomSettings, surroundings: Surroundings) -> Extracted:
    """Return the calls; a stream that breaks off does not stop the others."""
    from tasks.connectors.zoom.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(settings: ZoomSettings) -> Coverage:
    """Return of which times the account tells everything: calls show up to two days late."""
    return Coverage({"calls": timedelta(days=settings.history_days)}, AGAIN)


ZOOM = connector("zoom", ZoomSettings, extract, streams=every_stream, coverage=coverage)
