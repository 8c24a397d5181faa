"""From configured sources to canonical tables: every source extracted, folded, then settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.catalog import CONNECTORS
from tasks.connectors.base import Connector, Surroundings
from tasks.facts.folding import fold
from tasks.facts.lake import known, staying
from tasks.facts.settling import settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from tasks.calendar import Calendar
    from tasks.config.base import SourceSettings
    from tasks.facts.folding import Folded
    from tasks.facts.load import LakeFile


def fold_source(source: SourceSettings, *, root: Path, calendar: Calendar, now: datetime) -> Folded:
    """Return what one source gives as canonical tables, its references not yet checked.

    ``root`` is the folder of the configuration, ``now`` an aware instant: nothing counts as
    fresher. What concerns one table is in ``Folded.problems`` and never raised.
    """
    entry = CONNECTORS.get(source.kind)
    if not isinstance(entry, Connector):
        message = f"connector '{entry.key}' was not registered by connector()"
        raise TypeError(message)
    extracted = entry.extract(source, Surroundings(root, calendar.timezone))
    return fold(extracted, calendar=calendar, now=now)


def settle_all(
    loads: Sequence[Folded], *, lake: Path, files: Sequence[LakeFile], currency: str
) -> tuple[Folded, ...]:
    """Return the loads with their references checked, also against the lake's other tables.

    ``files`` is the store's manifest as it stands; what the loads replace is left out of it.
    """
    return settle(loads, currency=currency, elsewhere=known(lake, staying(files, loads)))


def fold_sources(
    sources: Sequence[SourceSettings],
    *,
    root: Path,
    calendar: Calendar,
    currency: str,
    now: datetime,
    lake: Path,
    files: Sequence[LakeFile] = (),
) -> tuple[Folded, ...]:
    """Return one load per source, ready for ``tasks.facts.lake.write`` and ``store.swap``."""
    loads = [fold_source(source, root=root, calendar=calendar, now=now) for source in sources]
    return settle_all(loads, lake=lake, files=files, currency=currency)
