"""`keepwell deploy`: everything on schedule, on a Prefect server and a work pool of your own."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, Config

if TYPE_CHECKING:
    from flows.deploying import Deployed

Pool = Annotated[
    str,
    typer.Option("--pool", envvar="KEEPWELL_POOL", help="The work pool; made if it is missing."),
]
Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory",
        help="Where the worker finds the configuration; if not said, where it is here.",
    ),
]


def run(*, config: Config = CONFIG, pool: Pool = "keepwell", directory: Directory = None) -> None:
    """Put everything on schedule on the Prefect server that PREFECT_API_URL names."""
    from flows.deployments import deployments_of
    from flows.local_server import answering
    from flows.timetable import lines, table
    from flows.workspace import settings_at

    settings = settings_at(config, os.environ)  # every mistake, before anything is changed
    api = answering(os.environ)

    from flows.deploying import Target, deploy

    where = config.absolute().parent if directory is None else directory
    name = config.name if directory is None else str(config)
    done = deploy(config, os.environ, Target(pool, where, name))
    zone = settings.company.timezone
    found = list(lines(deployments_of(settings), zone, datetime.now(UTC)))
    typer.echo(f"Deployed to the pool {pool} of {api}; times are {zone}:\n{table(found, zone)}")
    typer.echo("\n".join(_more(done, pool)))


def _more(done: Deployed, pool: str) -> list[str]:
    """Return what else there is to know, and what to do next."""
    told = [f"The pool {pool} is new."] if done.is_new_pool else []
    if done.removed:
        told.append(f"Gone, since nobody is to get them: {', '.join(done.removed)}.")
    if done.paused:
        told.append(f"Still paused, as somebody left them: {', '.join(done.paused)}.")
    return [*told, f"Next, on every machine that is to work: prefect worker start --pool {pool}"]
