"""`keepwell restore FOLDER`: a backup becomes the store and the lake again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import CONFIG, Config, Now, instant

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="As 'backup --list' shows them.")]
UNSURE = """\
What fell due since then may have gone out. Slack is asked before anything is posted again; \
e-mails that may have arrived wait for you: keepwell outbox list."""


def run(
    folder: Folder,
    *,
    config: Config = CONFIG,
    replace: Annotated[
        bool, typer.Option("--replace", help="Set aside what is there; nothing is deleted.")
    ] = False,
    now: Now = None,
) -> None:
    """Put a backup back. Stop the worker first; nothing that was sent is sent again."""
    from flows.backup import read_backup
    from flows.restore import restore
    from flows.workspace import settings_at

    settings = settings_at(config, os.environ)
    done = restore(settings, read_backup(folder), now=instant(now), replace=replace)
    for place in done.set_aside:
        typer.echo(f"What was there is now {place}.")
    typer.echo(f"Restored as of {done.backup.made_at:%Y-%m-%d %H:%M} UTC.")
    typer.echo(UNSURE)
    if done.unsure:
        typer.echo(f"{done.unsure} messages were waiting in the backup: keepwell outbox list.")
