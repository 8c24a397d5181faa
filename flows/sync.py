"""Sync: bring what is new in the sources into the lake.

Every source is loaded or says why it could not be; one that fails keeps what the lake has of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.fingerprint import changed_sources, remember
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.config import SourceSettings
from tasks.errors import KeepwellError, UnknownName
from tasks.facts.folding import Folded
from tasks.facts.lake import known, staying
from tasks.facts.settling import settle
from tasks.store import current_files


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync brought, source by source, and what it could not bring."""

    loads: tuple[Folded, ...]

    @property
    def problems(self) -> tuple[KeepwellError, ...]:
        """What kept tables out, in the order of the sources."""
        return tuple(problem for load in self.loads for problem in load.problems)

    @property
    def exit_code(self) -> int:
        """0, or the gravest code of the problems."""
        return max((problem.exit_code for problem in self.problems), default=0)


def bring_in(
    steps: Steps,
    workspace: Workspace,
    *,
    now: datetime,
    load_id: str,
    only: Sequence[str] | None = None,
) -> Synced:
    """Extract the sources named in ``only`` (default: all), fold them and swap them in.

    Raises ``UnknownName`` for a source that the configuration does not have.
    """
    settings, store = workspace.settings, workspace.store
    chosen = sources_named(settings.sources, only)
    extracted = [steps.extract(source, settings, now) for source in chosen]
    there = staying(current_files(store), extracted)
    settled = settle(
        extracted,
        currency=settings.company.currency,
        elsewhere=known(settings.lake_path, there),
    )
    for load in settled:
        steps.record_load(store, settings, load, load_id, now)
    return Synced(settled)


def sources_named(
    sources: Iterable[SourceSettings], only: Sequence[str] | None
) -> tuple[SourceSettings, ...]:
    """Return the sources with these names, all of them for None."""
    by_name = {source.name: source for source in sources}
    if only is None:
        return tuple(by_name.values())
    for name in only:
        if name not in by_name:
            raise UnknownName("source", name, by_name)
    return tuple(by_name[name] for name in only)
