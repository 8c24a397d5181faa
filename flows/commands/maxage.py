"""`keepwell status --max-age 26h`: one sentence and an exit code, for whatever watches machines."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

MaxAge = Annotated[
    str | None,
    typer.Option(
        "--max-age", help="Only say what last happened longer ago, such as 26h; exit 1 or 3 if so."
    ),
]


def told(config: Path, written: str, now: datetime, *, as_json: bool) -> int:
    """Say what is older than it may be; return 0, 1, or 3 where something fails."""
    from flows.maxage import ages, exit_code, facts, in_words
    from flows.workspace import opened
    from tasks.config.notation import read_span
    from tasks.errors import WrongUse

    try:
        most = read_span(written)
    except ValueError as error:
        raise WrongUse(f"'{written}' is no age.", todo="Write 26h, 2d or 90m.") from error
    with opened(config, os.environ) as workspace:
        every = ages(workspace, now)
        zone = workspace.settings.company.timezone
    old = tuple(one for one in every if one.is_older(most, now))
    if as_json:
        typer.echo(json.dumps(facts(old, every, now), indent=2))
    else:
        typer.echo(in_words(old, most, now, zone))
    return exit_code(old)
