"""`keepwell schema`: what may stand in keepwell.yaml, as JSON Schema for editors."""

from __future__ import annotations

import json

import typer


def run() -> None:
    """Print the JSON Schema of keepwell.yaml."""
    from flows.catalogue import filled
    from tasks.config import json_schema

    filled()
    typer.echo(json.dumps(json_schema(), indent=2))
