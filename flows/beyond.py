"""What can a source not tell, however it is configured? `check` says so in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tasks.config import Settings

ONE_TOUCH = "tickets.replies_before_first_solve"


def beyond_its_sources(settings: Settings, lacking: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each thing; ``lacking`` are tables and columns not there."""
    for source in settings.sources:
        if source.kind == "hubspot" and ONE_TOUCH in lacking:
            yield (
                f"{source.name}: HubSpot counts no replies, and its property for tickets solved by "
                "one (hs_is_one_touch_ticket) is empty here, so fcr_rate has no source."
            )
        if source.kind == "zendesk":
            yield (
                f"{source.name}: business minutes are counted by business_hours of the "
                "configuration, not by the schedules in Zendesk; the two can differ."
            )
