"""Where the facts of this moment are, and how far each source reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from flows.inplace import live_of, looked_at
from flows.reaching import spans_of
from flows.workspace import Workspace
from tasks.config import Settings
from tasks.engine.base import USUAL, Limits
from tasks.engine.current import Facts
from tasks.errors import StoreUnusable
from tasks.facts.load import LakeFile
from tasks.facts.wholeness import corrupt
from tasks.store import current_files


def source_names(settings: Settings) -> tuple[str, ...]:
    """Return the names of the configured sources; what others once loaded is left alone."""
    return tuple(source.name for source in settings.sources)


def files_now(workspace: Workspace) -> tuple[LakeFile, ...]:
    """Return the files that make up the facts now."""
    return current_files(workspace.store, sources=source_names(workspace.settings))


def are_there(workspace: Workspace) -> bool:
    """Return whether there are any facts: files of the lake, or what stays in a database."""
    if files_now(workspace):
        return True
    return bool(looked_at(workspace.store, live_of(workspace.settings)))


def damaged(workspace: Workspace) -> Mapping[str, tuple[str, ...]]:
    """Return the files that are gone or of another length, by source; empty where all is well.

    Files get lost: somebody tidies up, a disk is put back, a copy breaks off.
    """
    root, found = workspace.settings.lake_path, defaultdict[str, list[str]](list)
    for file in files_now(workspace):
        try:
            is_whole = (root / file.path).stat().st_size == file.bytes
        except OSError:
            is_whole = False
        if not is_whole:
            found[file.source].append(file.path)
    return {source: tuple(paths) for source, paths in found.items()}


def drop_corrupt(workspace: Workspace) -> tuple[str, ...]:
    """Remove the files whose contents went bad and return them: the next sync misses them.

    It makes them again from raw pages or exports, and tells the operators. Nothing of them stays:
    who is forgotten has to be gone from everywhere.
    """
    root = workspace.settings.lake_path
    found = tuple(file.path for file in corrupt(root, files_now(workspace)))
    for path in found:
        (root / path).unlink(missing_ok=True)
    return found


def _must_be_whole(workspace: Workspace) -> None:
    hurt = [path for paths in damaged(workspace).values() for path in paths]
    if hurt:
        count = f"{len(hurt)} files are" if hurt[1:] else "1 file is"
        raise StoreUnusable(
            f"{count} missing from the lake or cut: {hurt[0]}{' ...' if hurt[1:] else ''}.",
            where=f"({workspace.settings.lake_path})",
            todo="Run `keepwell sync`: it makes them again from the sources.",
        )


def facts_of(workspace: Workspace) -> Facts:
    """Return where the facts are, for the engine; raise StoreUnusable where they are not whole."""
    _must_be_whole(workspace)
    settings, found = workspace.settings, files_now(workspace)
    spans, live = spans_of(workspace, found), live_of(settings)
    until = {table: span.until for table, span in spans.items() if span.until is not None}
    return Facts(
        settings.engine.kind,
        settings.lake_path,
        found,
        {**until, **looked_at(workspace.store, live)},
        replace(_limits(settings), live=live),
        {table: span.begins for table, span in spans.items() if span.begins is not None},
        frozenset(table for table, span in spans.items() if span.exact),
    )


def _limits(settings: Settings) -> Limits:
    """Return how much of the machine the engine may use: what is configured, else the usual."""
    engine = settings.engine
    spill_to = str(settings.resolve(engine.temp_directory)) if engine.temp_directory else None
    return Limits(
        engine.memory_limit or USUAL.memory,
        engine.threads or USUAL.threads,
        spill_to,
        engine.url.get_secret_value() if engine.url else "",
    )
