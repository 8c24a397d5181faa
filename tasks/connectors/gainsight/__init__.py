"""Gainsight (beta): companies, and the objects that hold answers to surveys and usage.

``settings`` is what keepwell.yaml says, ``access`` how the tenant wants to be asked, ``reading``
how an object is read, ``streams`` which, and ``extraction`` makes our tables of them with ``rows``.
No contract of its read API was at hand: all of this is only tested against our own double.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.gainsight.settings import GainsightSettings
from tasks.connectors.gainsight.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.facts.raw import Extracted


def extract(settings: GainsightSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the tenant gives; a stream that breaks off does not stop the others."""
    from tasks.connectors.gainsight.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def coverage(_settings: GainsightSettings) -> Coverage:
    """Return of which times the tenant tells everything: all of them, at once."""
    return Coverage({}, timedelta(0))


GAINSIGHT = connector(
    "gainsight", GainsightSettings, extract, streams=every_stream, coverage=coverage
)
