"""How does a page get from a vendor into our hands for good? Bytes first, then the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tasks.connectors.streams import Stream, StreamReport

if TYPE_CHECKING:
    from tasks.connectors.base import Surroundings
    from tasks.connectors.http import Session


def land(
    source: str, streams: Sequence[Stream], session: Session, surroundings: Surroundings
) -> tuple[StreamReport, ...]:
    """Read every stream on to its end, several at once; return one report each, in their order.

    A stream that breaks off has its problem in its report, and the others go on.
    """
    raise NotImplementedError
