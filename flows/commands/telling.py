"""How do commands talk on the side: progress and problems, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import typer

from tasks.errors import KeepwellError
from tasks.outbox.delivering import Delivered

CLEAR = "\r\x1b[2K"


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is being done: one changing line, or one line each.

    What is done again and again, as one look after the other is assessed, is said once.
    """
    is_screen, said = sys.stderr.isatty(), set[str]()

    def show(doing: str) -> None:
        if doing in said:
            return
        said.add(doing)
        typer.echo(
            f"{CLEAR}{doing} ..." if is_screen else f"{doing} ...", err=True, nl=not is_screen
        )

    try:
        yield show
    finally:
        if is_screen:
            typer.echo(CLEAR, err=True, nl=False)


def tell_problems(problems: Iterable[KeepwellError]) -> None:
    """Print each problem as its sentences."""
    for problem in problems:
        typer.echo(f"keepwell: {problem}", err=True)


def tell_undelivered(delivered: Delivered) -> None:
    """Print who has not got a message, and why."""
    for entry in delivered.undelivered:
        why = entry.problem or "it waits for its turn."
        typer.echo(f"keepwell: {entry.to} has not got it ({entry.state}): {why}", err=True)
