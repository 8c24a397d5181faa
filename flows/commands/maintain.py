"""`keepwell maintain`: what the scheduled maintenance does, now and by hand."""

from __future__ import annotations

import json
import os

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(*, config: Config = CONFIG, as_json: AsJson = False, now: Now = None) -> None:
    """Back up, and clear away what nobody needs any more; also old runs of a Prefect server."""
    from flows.commands.telling import progress, tell_problems
    from flows.local_server import API
    from flows.maintain import by_hand, look_after, on_server
    from flows.workspace import opened

    parts = on_server() if os.environ.get(API) else by_hand()
    with opened(config, os.environ) as workspace, progress() as show:

        def tell(done: float, total: float, doing: str = "") -> None:
            show(f"{done:.0f} of {total:.0f} done, {doing}")

        done = look_after(workspace, parts, now=instant(now), tell=tell)
    problems = [one.problem for one in done if one.problem]
    if as_json:
        typer.echo(json.dumps({one.part: one.said or str(one.problem) for one in done}, indent=2))
    else:
        typer.echo("\n".join(f"{one.part}: {one.said}" for one in done if one.said))
        tell_problems(problems)
    raise typer.Exit(max((one.exit_code for one in problems), default=0))
