"""Which settings are read and not used yet? `check` says so: silence would be believed."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.config import Settings


def not_used_yet(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each setting that has no effect, or not all that its name promises."""
    if settings.operators.heartbeat_url is not None:
        yield "operators.heartbeat_url is not called yet; nothing watches over missed runs with it."
    yield from settings.kpis.preset.cannot
