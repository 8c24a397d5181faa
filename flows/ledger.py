"""What ran before, and whether there is anything new since: sources, facts, settings."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from flows.lakeside import files_now
from flows.reaching import spans_of
from flows.workspace import Workspace
from tasks.catalog import CONNECTORS
from tasks.config import Settings, SourceSettings
from tasks.connectors.base import Connector, Surroundings
from tasks.facts.load import LakeFile
from tasks.kpis.base import catalogue
from tasks.store import Outcome, Run, current_loads, finish_run, runs, start_run, state_of

SYNC, MEASURE = "sync", "measure"
FACTS = "facts"  # the state they were in, by its name
REMEMBERED = 1_000  # runs of a kind that are looked back at
WHAT_VALUES_REST_ON = ("company", "segments", "kpis", "fx", "business_hours")


def note(
    workspace: Workspace,
    kind: str,
    subject: str,
    now: datetime,
    summary: Mapping[str, Any],
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Enter a run that is over."""
    run = start_run(workspace.store, kind, subject, now)
    finish_run(workspace.store, run, outcome, summary, now)


def last_done(workspace: Workspace, kind: str, subject: str) -> Run | None:
    """Return the newest run of this kind and subject that did its work."""
    done = (
        run
        for run in runs(workspace.store, kind=kind, limit=REMEMBERED)
        if run.subject == subject and run.outcome is Outcome.DONE
    )
    return next(done, None)


def look_of(settings: Settings, source: SourceSettings) -> str | None:
    """Return the fingerprint of what ``source`` has now; None where that cannot be told.

    Aliases are part of it: facts are kept under the names that spellings count as. So is what is
    not to be kept: who keeps it again wants it read again.
    """
    connector = cast("Connector", CONNECTORS.get(source.kind))
    around = Surroundings(settings.root, settings.company.timezone)
    found = connector.fingerprint(source, around)
    made_so = [repr(one) for one in (settings.aliases, settings.privacy.drop) if one]
    if found is None or not made_so:
        return found
    return f"{found} {_digest(' '.join(made_so))}"


def changed_sources(workspace: Workspace, hurt: Container[str] = ()) -> tuple[str, ...]:
    """Return the names of the sources that may have something new since they were loaded.

    So are those in ``hurt``: what was loaded of them is not whole any more.
    """
    loaded = {load.source for load in current_loads(workspace.store)}
    return tuple(
        source.name
        for source in workspace.settings.sources
        if source.name not in loaded or source.name in hurt or _may_have_news(workspace, source)
    )


def _may_have_news(workspace: Workspace, source: SourceSettings) -> bool:
    look = look_of(workspace.settings, source)
    before = last_done(workspace, SYNC, source.name)
    return look is None or before is None or before.summary.get("look") != look


def basis_print(workspace: Workspace) -> dict[str, str]:
    """Return what changes when values may: the facts, the settings, the definitions."""
    files = files_now(workspace)
    settings = [getattr(workspace.settings, part) for part in WHAT_VALUES_REST_ON]
    versions = [(kpi.key, kpi.version) for kpi in catalogue()]
    return {
        FACTS: state_of(file.path for file in files),
        "basis": _digest(f"{settings!r} {versions}"),
        "told": _digest(repr(_told_since(workspace, files))),
    }


def _told_since(workspace: Workspace, files: Sequence[LakeFile]) -> list[tuple[object, ...]]:
    """Return since when each table is whole: of what was before, there are no values."""
    spans = spans_of(workspace, files)
    return [(table, one.begins, one.exact) for table, one in sorted(spans.items())]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
