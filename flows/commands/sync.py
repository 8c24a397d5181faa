"""`keepwell sync`: bring the sources into the lake."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(
    config: Config = CONFIG,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source; can be repeated.")
    ] = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Extract the sources and fold them into facts."""
    from flows.company import opened
    from flows.steps import by_hand
    from flows.sync import bring_in, summary

    with opened(config, os.environ) as company:
        loads = bring_in(by_hand(), company, now=instant(now), only=tuple(source or ()))
    told = summary(loads)
    typer.echo(json.dumps(told.facts, indent=2) if as_json else told.text)
