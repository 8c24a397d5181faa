"""`keepwell backup`: the store and the lake of one moment, in a folder that can be put back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant

if TYPE_CHECKING:
    from flows.backup import Backup

To = Annotated[Path | None, typer.Option("--to", help="The folder of the backups.")]
MEGABYTE = 1_000_000


def run(
    *,
    config: Config = CONFIG,
    to: To = None,
    keep: Annotated[int, typer.Option("--keep", help="How many are kept there.")] = 7,
    show: Annotated[bool, typer.Option("--list", help="List the backups, make none.")] = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Copy the store and the lake as they are at one moment; others may go on working."""
    from flows.backup import backup, backups
    from flows.workspace import backups_of, opened, settings_at

    if show:
        found = backups(to or backups_of(settings_at(config, os.environ)))
        _tell(found, as_json=as_json)
        return
    with opened(config, os.environ) as workspace:
        made = backup(workspace, now=instant(now), to=to, keep=keep)
    _tell((made,), as_json=as_json)
    for path in made.missing:
        typer.echo(f"keepwell: the store names {path}, and it is not in the lake.", err=True)
    if made.missing:
        typer.echo("keepwell: this backup is not whole. Run `keepwell sync` first.", err=True)
    raise typer.Exit(made.exit_code)


def _tell(found: tuple[Backup, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_as_record(one) for one in found], indent=2))
        return
    for one in found:
        size = f"{len(one.files)} files, {one.bytes / MEGABYTE:.1f} MB"
        is_whole = "" if not one.missing else f", NOT WHOLE: {len(one.missing)} missing"
        typer.echo(f"{one.made_at:%Y-%m-%d %H:%M} UTC  {one.folder}  ({size}{is_whole})")
    if not found:
        typer.echo("There is no backup yet.")


def _as_record(one: Backup) -> dict[str, object]:
    return {
        "folder": str(one.folder),
        "made_at": one.made_at.isoformat(),
        "version": one.version,
        "store": one.kind,
        "files": len(one.files),
        "bytes": one.bytes,
        "missing": list(one.missing),
    }
