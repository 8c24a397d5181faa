"""Salesforce: accounts, opportunities, people, cases and touches of an org (beta).

``settings`` is what keepwell.yaml says, ``access`` how the org wants to be asked, ``objects`` what
is asked of which object, ``reading`` and ``bulk`` how rows come, ``org`` which of them stand, and
``extraction`` makes our tables of them. The mappers are pure: ``accounts``, ``selling``, ``cases``
and ``touches``. It has been held against a double and what is documented, never against an org.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.salesforce.settings import SalesforceSettings

if TYPE_CHECKING:
    from tasks.connectors.streams import Stream
    from tasks.facts.raw import Extracted


def extract(settings: SalesforceSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the org gives; what is wrong with one does not stop the others."""
    from tasks.connectors.salesforce.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def streams(settings: SalesforceSettings) -> tuple[Stream, ...]:
    """Return what the org is read by."""
    from tasks.connectors.salesforce.streams import streams as declared  # noqa: PLC0415 - as above

    return declared(settings)


def coverage(settings: SalesforceSettings) -> Coverage:
    """Return of which times the org tells everything: accounts and sales are always whole."""
    from tasks.connectors.salesforce.positions import LAG  # noqa: PLC0415 - as above

    back = timedelta(days=31 * settings.history_months)  # as far as reading goes
    return Coverage(dict.fromkeys(("tickets", "survey_responses", "touches"), back), LAG)


SALESFORCE = connector(
    "salesforce", SalesforceSettings, extract, streams=streams, coverage=coverage
)
