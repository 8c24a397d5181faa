"""HubSpot: companies, contacts, deals, tickets, surveys and touches of a CRM account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.connectors.base import Surroundings, connector
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


HUBSPOT = connector("hubspot", HubSpotSettings, extract, streams=streams)
