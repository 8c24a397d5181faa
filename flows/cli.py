"""The `keepwell` command: finds the command, and turns what went wrong into a sentence and a code.

Nothing heavy is imported here or at the top of a command's file: Prefect alone costs seconds, and
`keepwell --help` must be there at once. A command imports what it needs when it runs.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.commands import (
    actions,
    alerts,
    audit,
    backfill,
    backtest,
    backup,
    check,
    demo,
    deploy,
    digest,
    explain,
    forget,
    goals,
    import_history,
    init,
    kpis,
    listen,
    maintain,
    measure,
    outbox,
    reconcile,
    restore,
    schema,
    serve,
    status,
    sync,
    values,
    watch,
)
from flows.doors import write_for_the_owner_alone
from flows.jsonlogs import set_up
from tasks.errors import KeepwellError
from tasks.masking import listen_to_logs, mask_tracebacks, masked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

STOPPED = 130  # what a shell expects of a program that Ctrl-C ended
SELDOM = 100_000  # new objects between two looks for garbage: imports make many that all stay
BROKEN = 70  # our own mistake: none of the codes that tell a user something

app = typer.Typer(
    name="keepwell",
    help="KPI digests and alerts for customer-success and revenue-operations teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    *(demo, init, check, sync, measure, values, digest, watch, explain, reconcile, backtest),
    *(status, kpis, listen, serve, deploy, backfill, maintain, schema, backup, restore),
    *(forget, audit),
):
    app.command(command.__name__.rpartition(".")[2])(command.run)
app.command("import-history")(import_history.run)
app.add_typer(actions.app, name="actions")
app.add_typer(alerts.app, name="alerts")
app.add_typer(goals.app, name="goals")
app.add_typer(outbox.app, name="outbox")


@app.callback()
def options(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the whole traceback of an error; stands anywhere.")
    ] = False,
) -> None:
    """KPI digests and alerts for customer-success and revenue-operations teams."""


def main() -> None:
    """Run the command that was typed, and leave with its exit code."""
    gc.set_threshold(SELDOM)
    listen_to_logs()
    mask_tracebacks()
    write_for_the_owner_alone()
    set_up(os.environ)
    _leave(run(sys.argv[1:], was_stopped=_listening()))


def _leave(code: int) -> NoReturn:
    """Leave at once: all that a command opened is closed, and what is left is taken apart slowly.

    Prefect, pandas and 50,000 values are a second's work for an interpreter that tidies up.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = _reader_left()
    os._exit(code)


def run(arguments: Sequence[str], *, was_stopped: Callable[[], bool] = lambda: False) -> int:
    """Return the exit code of ``keepwell ARGUMENTS``; errors go to stderr as sentences.

    ``was_stopped`` tells whether an error is what Ctrl-C made of a library's insides.
    """
    argv = list(arguments)
    debug = "--debug" in argv
    # Accepted anywhere, because nobody thinks of it before the command has failed.
    argv = [argument for argument in argv if argument != "--debug"]
    try:
        return _carried_out(argv)
    except BrokenPipeError:
        return _reader_left()
    except KeepwellError as error:
        if debug:
            raise
        typer.echo(f"keepwell: {error}", err=True)
        return error.exit_code
    except Exception as error:  # the last resort: a sentence instead of a traceback
        if was_stopped():
            return _stopped()
        if debug:
            raise
        return _our_own_mistake(error)


def _listening() -> Callable[[], bool]:
    """Take note of Ctrl-C: some libraries turn it into an error of their own while they load."""
    pressed: list[int] = []

    def noted(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, noted)
    return lambda: bool(pressed)


def _carried_out(argv: list[str]) -> int:
    try:
        code: int = app(argv, prog_name="keepwell", standalone_mode=False) or 0
        return _stopped() if code == STOPPED else code
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:
        return _stopped()
    except typer.TyperException as misused:
        return _misused(misused)


def _misused(error: typer.TyperException) -> int:
    # Typer does not publish the class that knows how to show itself with its usage line.
    show = getattr(error, "show", None)
    show() if show else typer.echo(str(error), err=True)
    return error.exit_code


def _stopped() -> int:
    typer.echo("keepwell: stopped.", err=True)
    return STOPPED


def _our_own_mistake(error: Exception) -> int:
    typer.echo(
        "keepwell: something broke inside Keepwell "
        f"({type(error).__name__}: {masked(str(error))}). "
        "Run the same command with --debug and report what it prints.",
        err=True,
    )
    return BROKEN


def _reader_left() -> int:
    # `keepwell values | head` is no mistake; without this Python complains again when it exits
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
