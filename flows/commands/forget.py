"""`keepwell forget`: take a customer out of everything that is kept, and leave the figures."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant

if TYPE_CHECKING:
    from flows.forget import Forgotten, Plan
    from tasks.config import Settings

REMAINS = (
    "What remains: the figures (the customer's rows count under {name}, without names or words), "
    "the ids of its records, and salted hashes of what it was called, so that no sync brings it "
    "back. Messages that were sent stay with those who got them."
)
SOURCES = "Your own files and systems are yours to clear: {names}."
BACKUPS = (
    "Backups made before now still hold the customer until they expire; after a restore, "
    "forget the customer again."
)


def run(
    customer: Annotated[
        str | None,
        typer.Argument(metavar="CUSTOMER", help="An id, an external id, or a name."),
    ] = None,
    *,
    config: Config = CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who is meant and what is looked for, no more.")
    ] = False,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Forget a customer: raw pages, facts, messages, notes; the figures stay as they are.

    Without a CUSTOMER, what was begun and interrupted is ended.
    """
    from flows.commands.telling import progress
    from flows.forget import forget, go_on_forgetting, planned
    from flows.workspace import opened

    with opened(config, os.environ) as workspace, progress() as show:
        if customer is None:
            done = go_on_forgetting(workspace, now=instant(now), show=show)
        else:
            plan = planned(workspace, customer)
            if dry_run or not _agreed(plan, yes=yes):
                _tell_plan(plan, as_json=as_json)
                return
            done = (forget(workspace, plan, now=instant(now), show=show),)
        settings = workspace.settings
    _tell(done, settings, as_json=as_json)


def _agreed(plan: Plan, *, yes: bool) -> bool:
    from tasks.errors import WrongUse

    if yes:
        return True
    if not sys.stdin.isatty():
        raise WrongUse(
            f"{plan.customer} would be forgotten for good.",
            todo="Say --yes to do it, or --dry-run to see what is looked for.",
        )
    return typer.confirm(f"Forget {plan.customer} for good?", default=False, err=True)


def _tell_plan(plan: Plan, *, as_json: bool) -> None:
    counts = {kind: len(found) for kind, found in plan.known.items()}
    if as_json:
        typer.echo(json.dumps({"customer": plan.customer.id, "looked_for": counts}, indent=2))
        return
    words = {"id": "ids", "name": "names", "person": "addresses", "text": "texts they wrote"}
    said = ", ".join(f"{counts[kind]:,} {words[kind]}" for kind in words if counts.get(kind))
    typer.echo(f"{plan.customer}: would look for {said}. Nothing was changed.")


def _tell(done: tuple[Forgotten, ...], settings: Settings, *, as_json: bool) -> None:
    if as_json:
        facts = [
            {"pseudonym": one.pseudonym, "cleared": dict(one.cleared), "notes": list(one.told)}
            for one in done
        ]
        typer.echo(json.dumps(facts, indent=2))
        return
    for one in done:
        said = ", ".join(
            f"{count:,} {name.replace('_', ' ')}" for name, count in one.cleared.items()
        )
        typer.echo(f"Forgotten; its figures stand under {one.pseudonym}.")
        typer.echo(f"Changed: {said or 'nothing was left to change'}.")
        typer.echo(REMAINS.format(name=one.pseudonym))
        names = ", ".join(source.name for source in settings.sources)
        typer.echo("\n".join([SOURCES.format(names=names), BACKUPS, *one.told]))
    if not done:
        typer.echo("Nothing was left half done.")
