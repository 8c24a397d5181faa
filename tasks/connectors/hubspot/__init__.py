"""HubSpot: companies, contacts, deals, tickets, surveys and touches of a CRM account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.hubspot.settings import HubSpotSettings

if TYPE_CHECKING:
    from tasks.connectors.streams import Stream
    from tasks.facts.raw import Extracted


def extract(settings: HubSpotSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the account holds; what is wrong with one does not stop the others."""
    from tasks.connectors.hubspot.extraction import extracted  # noqa: PLC0415 - loads Arrow, httpx

    return extracted(settings, surroundings)


def streams(settings: HubSpotSettings) -> tuple[Stream, ...]:
    """Return what the account is read by."""
    from tasks.connectors.hubspot.streams import streams as declared  # noqa: PLC0415 - as above

    return declared(settings)


def coverage(settings: HubSpotSettings) -> Coverage:
    """Return of which times the account tells everything: companies and deals are always whole."""
    from tasks.connectors.hubspot.reading import LAG  # noqa: PLC0415 - as above

    back = timedelta(days=31 * settings.history_months)  # as far as reading goes
    return Coverage(dict.fromkeys(("tickets", "survey_responses", "touches"), back), LAG)


HUBSPOT = connector("hubspot", HubSpotSettings, extract, streams=streams, coverage=coverage)
