"""What does a source say now? The newest row of every key, over all the pages that were landed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.connectors.base import Surroundings
    from tasks.connectors.streams import Stream


def latest(source: str, stream: Stream, surroundings: Surroundings) -> Iterator[dict[str, Any]]:
    """Yield the newest row of every key; one that is gone also has ``_gone_at``."""
    raise NotImplementedError
