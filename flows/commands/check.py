"""`keepwell check`: what is wrong with the configuration, and what can be computed with it."""

from __future__ import annotations

import os

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(config: Config = CONFIG, as_json: AsJson = False, now: Now = None) -> None:
    """Find every mistake in the configuration at once, and say what can be computed now."""
    from flows.findings import checked

    report = checked(config, os.environ, now=instant(now))
    typer.echo(report.as_json() if as_json else report.as_text())
    raise typer.Exit(1 if report.findings else 0)
