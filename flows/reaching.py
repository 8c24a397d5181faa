"""Of which times does each table tell? Since when it is whole, and until when it is known.

Files say it by their rows alone. An API is asked for a stretch of time, so of its tables both ends
are known: the first sync reads back so far, and the last one that brought a table knows the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flows.workspace import Workspace
from tasks.catalog import CONNECTORS
from tasks.config import SourceSettings
from tasks.connectors.base import Connector, Coverage
from tasks.connectors.streams import Stream
from tasks.facts.load import LakeFile
from tasks.store import begun, current_loads, loaded_at, stream_state


@dataclass(frozen=True, slots=True)
class Span:
    """Of which times a table of a source tells; ``exact``: it is known to the minute until when.

    ``begins`` is None where nobody can say since when the table is whole.
    """

    source: str
    table: str
    begins: datetime | None = None
    until: datetime | None = None
    exact: bool = False


def spans_of(workspace: Workspace, files: Sequence[LakeFile]) -> Mapping[str, Span]:
    """Return of which times each table tells: what all its sources tell of."""
    found: dict[str, Span] = {}
    for span in every_span(workspace, files):
        before = found.get(span.table)
        found[span.table] = span if before is None else _common(before, span)
    return found


def _common(one: Span, other: Span) -> Span:
    begins = [span.begins for span in (one, other) if span.begins is not None]
    dated = [span for span in (one, other) if span.until is not None]
    slowest = min(dated, key=_until, default=one)
    return Span(
        one.source, one.table, max(begins, default=None), slowest.until, exact=slowest.exact
    )


def _until(span: Span) -> datetime:
    return cast("datetime", span.until)


def every_span(workspace: Workspace, files: Iterable[LakeFile]) -> Iterator[Span]:
    """Yield of which times each table of each source tells."""
    loads = {(file.source, file.table): file.load_id for file in files}
    speaks = {load.source: load.speaks_until for load in current_loads(workspace.store)}
    for settings in workspace.settings.sources:
        mine = {table: load for (source, table), load in loads.items() if source == settings.name}
        connector = cast("Connector", CONNECTORS.get(settings.kind))
        coverage = connector.coverage(settings)
        if coverage is None:
            until = speaks.get(settings.name)
            yield from (Span(settings.name, table, until=until) for table in mine)
        elif mine:
            yield from _told(workspace, settings, coverage, connector.streams(settings), mine)


def _told(
    workspace: Workspace,
    settings: SourceSettings,
    coverage: Coverage,
    streams: Sequence[Stream],
    loads: Mapping[str, str],
) -> Iterator[Span]:
    """Yield the spans of an API: both ends are its own, not those of its rows."""
    store, name = workspace.store, settings.name
    first, made = begun(store, name), loaded_at(store, name)
    states = (stream_state(store, name, stream.name) for stream in streams)
    read = {state.name: state.watermark for state in states if state and state.watermark}
    for table, load in loads.items():
        of_it = [stream.name for stream in streams if table in stream.tables]
        # a table that the plan has lost is made again of what was read before
        seen = max((read[one] for one in of_it if one in read), default=made[load])
        until = min(made[load], seen) - coverage.lag
        back = coverage.back.get(table)
        starts = [first[one] for one in of_it if one in first] if back is not None else []
        begins = max(starts) - back if starts and back is not None else None
        yield Span(name, table, begins, until, exact=True)
