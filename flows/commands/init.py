"""`keepwell init`: write a first keepwell.yaml, with a mapping proposed for your own exports."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import Now, instant

TOKEN = "HUBSPOT_TOKEN"  # noqa: S105 - the name of a variable

if TYPE_CHECKING:
    from flows.hubspot_account import Portal
    from flows.intake import Intake
    from flows.intake_doubts import Answers, Doubt


def run(
    folder: Annotated[Path, typer.Argument(help="Where to write keepwell.yaml.")] = Path(),
    *,
    exports: Annotated[
        Path | None,
        typer.Option("--from", help="A folder of exports (CSV, ...) to propose a mapping for."),
    ] = None,
    connect: Annotated[
        str | None,
        typer.Option(
            "--connect",
            help="hubspot: propose a mapping for the account behind a token; another kind of "
            "source, such as stripe: what it wants to be told.",
        ),
    ] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", hidden=True)] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: take the likeliest, and say so in it.")
    ] = False,
    now: Now = None,
) -> None:
    """Write a first keepwell.yaml; --from reads your exports, --connect KIND is for an account."""
    from flows.commands.telling import progress
    from flows.firstconfig import first
    from flows.intake import must_be_of_use
    from flows.intake_doubts import Answers, likeliest
    from tasks.errors import KeepwellError

    is_asking = not yes and sys.stdin.isatty()
    answers = Answers(_asked if is_asking else likeliest, is_asking)
    if connect is not None:
        _connect(connect, folder, base_url, answers, has_exports=exports is not None)
        return
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


def _connect(
    system: str, folder: Path, base_url: str | None, answers: Answers, *, has_exports: bool
) -> None:
    """Write the first configuration for an account that a token opens; never the token."""
    from tasks.errors import WrongUse

    if has_exports:
        raise WrongUse(
            "there are --from and --connect.", todo="Take one; the other is added later."
        )
    if system == "hubspot":
        _hubspot(folder, base_url, answers)
    else:
        _begun(system, folder, answers)


def _begun(system: str, folder: Path, answers: Answers) -> None:
    """Write the first configuration for a kind of source, which is not asked yet."""
    from flows.firstconfig import begun
    from flows.source_yaml import kinds, variables
    from tasks.errors import UnknownName

    if system not in kinds():
        raise UnknownName("system to connect", system, ("hubspot", *kinds()))
    config = begun(folder, system, answers)
    folder.mkdir(parents=True, exist_ok=True)
    config.path.write_text(config.text, encoding="utf-8")
    typer.echo("\n".join(_end(config.path, answers, takes=variables(system))))


def _hubspot(folder: Path, base_url: str | None, answers: Answers) -> None:
    from flows.commands.telling import progress
    from flows.firstconfig import connected, vacant
    from flows.hubspot_account import looked_at
    from tasks.connectors.hubspot.settings import HubSpotSettings

    vacant(folder)
    given = {"name": "crm", "kind": "hubspot", "token": _token(is_asking=answers.is_asking)}
    settings = HubSpotSettings.model_validate(given | ({"base_url": base_url} if base_url else {}))
    with progress() as show:
        show("ask HubSpot for pipelines and properties")
        portal = looked_at(settings)
    config = connected(folder, portal, settings, answers)
    folder.mkdir(parents=True, exist_ok=True)
    config.path.write_text(config.text, encoding="utf-8")
    typer.echo("\n".join(_seen(portal)))
    typer.echo("\n".join(_end(config.path, answers, takes=(TOKEN,))))


def _token(*, is_asking: bool) -> str:
    from tasks.errors import WrongUse

    if token := os.environ.get(TOKEN, "").strip():
        return token
    if is_asking:
        return str(typer.prompt("The private app's token (it is not shown)", hide_input=True))
    raise WrongUse(
        f"{TOKEN} is not set.",
        todo="Make a private app in HubSpot (Settings, Integrations), export its token under that "
        "name, and run this again.",
    )


def _seen(portal: Portal) -> Iterator[str]:
    """Yield what was found in an account, a line for each pipeline and property."""
    from tasks.messages.outside import sentence

    yield "Looked at HubSpot:"
    for one in portal.pipelines:
        about = "; renewals, by its name" if one.is_renewal else ""
        yield f"  {sentence(f'pipeline of {one.kind} {one.label}: {one.in_words}{about}')}"
    for look in portal.looks:
        use = "looks like" if look.is_sure else "may be"
        what = f"property {look.name} of {look.kind} {use} {look.ours}: {look.in_words}"
        yield f"  {sentence(what)}"
    yield from (f"  {sentence(f'not seen: {one}')}" for one in portal.unseen)
    yield ""


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


def _end(config: Path, answers: Answers, *, takes: Sequence[str] = ()) -> Iterator[str]:
    yield f"Wrote {config}."
    if answers.assumed:
        yield "Nobody was asked, so this is a guess; correct it in there where it is wrong:"
        yield from (f"  {doubt.question} {doubt.likeliest}" for doubt in answers.assumed.values())
    flag = "" if config == Path("keepwell.yaml") else f" --config {config}"
    account = (
        (f"keepwell check --connect{flag}", "whether the account answers, and with all it should"),
        (f"keepwell sync{flag}", "the account, once; then only what is new"),
    )
    steps = (
        *(account if takes else ()),
        (f"keepwell check{flag}", "what can be computed, and what is missing for more"),
        (f"keepwell digest{flag}", "the last whole week, on the screen"),
        (f"keepwell digest --send{flag}", f"the same, written to {config.parent / 'out'}"),
    )
    missing = [name for name in takes if name not in os.environ]
    if missing:
        yield f"Put into the environment first: {', '.join(missing)}."
    yield "Next:"
    wide = max(len(command) for command, _ in steps)
    yield from (f"  {command:<{wide}}  {what}" for command, what in steps)
