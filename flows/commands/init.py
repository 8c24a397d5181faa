"""`keepwell init`: write a first keepwell.yaml, with a mapping proposed for your own exports."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import Now, instant

if TYPE_CHECKING:
    from flows.intake import Intake
    from flows.intake_doubts import Answers, Doubt


def run(
    folder: Annotated[Path, typer.Argument(help="Where to write keepwell.yaml.")] = Path(),
    *,
    exports: Annotated[
        Path | None,
        typer.Option("--from", help="A folder of exports (CSV, ...) to propose a mapping for."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: take the likeliest, and say so in it.")
    ] = False,
    now: Now = None,
) -> None:
    """Write a first keepwell.yaml; --from reads your exports."""
    from flows.commands.telling import progress
    from flows.firstconfig import first
    from flows.intake import must_be_of_use
    from flows.intake_doubts import Answers, likeliest
    from tasks.errors import KeepwellError

    is_asking = not yes and sys.stdin.isatty()
    answers = Answers(_asked if is_asking else likeliest, is_asking)
    with progress() as show:
        if exports and not is_asking:
            show(f"look at {exports}")
        config = first(folder, exports, answers)
    if config.intake and exports:
        typer.echo("\n".join(_files(exports, config.intake)))
        must_be_of_use(exports, config.intake)
    folder.mkdir(parents=True, exist_ok=True)
    config.path.write_text(config.text, encoding="utf-8")
    if config.intake and config.intake.drafts:
        try:
            with progress() as show:
                show("read the first rows")
                rows = list(_rows(config.path, instant(now)))
            typer.echo("\n".join(rows))
        except KeepwellError as error:
            typer.echo(f"{error}\n")
    typer.echo("\n".join(_end(config.path, answers)))


def _asked(doubt: Doubt) -> str:
    """Ask a person at the screen; an empty answer is the likeliest."""
    while True:
        choice = f" {doubt.wanted}" if doubt.answers else ""
        answer = str(typer.prompt(f"{doubt.question}{choice}", default=doubt.likeliest)).strip()
        if (understood := doubt.understood(answer)) is not None:
            return understood
        typer.echo(f"Type {doubt.wanted}.")


def _files(exports: Path, intake: Intake) -> Iterator[str]:
    """Yield a line for each file: what it looks like, and which tables it becomes."""
    goes_to: dict[tuple[str, str], list[str]] = {}
    for draft in intake.drafts:
        key = (draft.export.sheet.name, draft.export.what)
        goes_to.setdefault(key, []).append(draft.table)
    yield f"Looked at {exports}:"
    for (file, what), tables in goes_to.items():
        into = "" if tables == [what] else f" -> {', '.join(tables)}"
        yield f"  {file} looks like {what}{into}"
    for file, why in intake.unused:
        yield f"  {file} is not used: {why}"
    yield ""


def _rows(config: Path, now: datetime) -> Iterator[str]:
    from flows.intake_showing import loaded, told
    from flows.workspace import settings_at

    settings = settings_at(config, os.environ)
    yield "This is how the first rows are understood:"
    yield ""
    yield from told(loaded(settings, now), settings.calendar)


def _end(config: Path, answers: Answers) -> Iterator[str]:
    yield f"Wrote {config}."
    if answers.assumed:
        yield "Nobody was asked, so this is a guess; correct it in there where it is wrong:"
        yield from (f"  {doubt.question} {doubt.likeliest}" for doubt in answers.assumed.values())
    flag = "" if config == Path("keepwell.yaml") else f" --config {config}"
    steps = (
        (f"keepwell check{flag}", "what can be computed, and what is missing for more"),
        (f"keepwell digest{flag}", "the last whole week, on the screen"),
        (f"keepwell digest --send{flag}", f"the same, written to {config.parent / 'out'}"),
    )
    yield "Next:"
    wide = max(len(command) for command, _ in steps)
    yield from (f"  {command:<{wide}}  {what}" for command, what in steps)
