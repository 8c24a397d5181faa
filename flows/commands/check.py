"""`keepwell check`: what is wrong with the configuration, and what can be computed with it."""

from __future__ import annotations

import json
import os

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(*, config: Config = CONFIG, as_json: AsJson = False, now: Now = None) -> None:
    """Find every configuration mistake, and what can be computed."""
    from flows.commands.telling import progress
    from flows.findings import checked
    from flows.steps import by_hand
    from flows.workspace import settings_at

    settings_at(config, os.environ)  # a mistake is told before Prefect has been imported
    with progress() as show:
        report = checked(by_hand(show), config, os.environ, now=instant(now))
    typer.echo(json.dumps(report.facts, indent=2) if as_json else report.text)
    raise typer.Exit(1 if report.problems else 0)
