"""`keepwell init`: write a first keepwell.yaml, with a guess at your own exports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    folder: Annotated[Path, typer.Argument(help="Where to write keepwell.yaml.")] = Path(),
    *,
    exports: Annotated[
        Path | None, typer.Option("--from", help="A folder of exports to propose a mapping for.")
    ] = None,
) -> None:
    """Write a first keepwell.yaml; --from looks at your exports."""
    from flows.firstconfig import written

    path, proposed = written(folder, exports)
    typer.echo(f"Wrote {path}.")
    for guess in proposed.guesses if proposed else ():
        missing = f"; not found: {', '.join(guess.missing)}" if guess.missing else ""
        typer.echo(f"  {guess.file} looks like {guess.table}{missing}")
    if proposed and proposed.others:
        typer.echo(f"  nothing could be made of {', '.join(proposed.others)}")
    typer.echo(f"Next: look it over, then run 'keepwell check --config {path}'.")
