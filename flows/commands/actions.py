"""`keepwell actions`: what people do about a number, and what came of it."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is not a day; write it like 2026-11-23."
        raise typer.BadParameter(message) from None


Day = Annotated[
    date | None, typer.Option("--on", parser=_day, metavar="DATE", help="Its last day.")
]

app = typer.Typer(
    help="Log what you do about a KPI, and see what came of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    *,
    kpi: Annotated[str, typer.Option("--kpi", help="The KPI it is to move.")],
    begins: Annotated[
        date, typer.Option("--from", parser=_day, metavar="DATE", help="Its first day.")
    ],
    segment: Annotated[
        str | None,
        typer.Option("--segment", help="Where: SMB, or plan=Starter; if not, everybody."),
    ] = None,
    ends: Annotated[
        date | None, typer.Option("--to", parser=_day, metavar="DATE", help="Its last day.")
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Whose it is.")] = "",
    note: Annotated[str, typer.Option("--note", help="Anything else to remember.")] = "",
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Log an action: charts mark it, and digests tell what it changed."""
    from flows.actions import drafted, is_measured
    from flows.typist import typist
    from flows.workspace import opened
    from tasks.store import add_action

    with opened(config, os.environ) as workspace:
        draft = drafted(workspace, name, kpi, segment, begins, ends, owner, note)
        who = typist(os.environ)
        stored, is_new = add_action(workspace.store, draft, who=who, now=instant(now))
        if not is_measured(workspace, kpi):
            typer.echo(
                f"keepwell: {kpi} is not among the KPIs that digests tell, so its effect is only "
                "seen where it was measured; add it to kpis.include.",
                err=True,
            )
    if as_json:
        typer.echo(json.dumps({"id": stored.id, "is_new": is_new}))
    else:
        said = "is logged" if is_new else "was logged already"
        typer.echo(f"{stored.id} '{stored.name}' {said}.")


@app.command("list")
def show(
    *,
    grain: Annotated[
        str, typer.Option("--grain", help="What effects are measured in: week, month or quarter.")
    ] = "week",
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """List all actions, and what each has changed so far."""
    from flows.actions import lines, listed, record
    from flows.workspace import opened
    from tasks.errors import UnknownName
    from tasks.model import Grain

    if grain not in set(Grain):
        raise UnknownName("grain", grain, Grain)
    with opened(config, os.environ) as workspace:
        found = listed(workspace, Grain(grain), instant(now))
    if as_json:
        typer.echo(json.dumps([record(one) for one in found], indent=2))
    elif found:
        typer.echo("\n".join(lines(found)))
    else:
        typer.echo("No action is logged; 'keepwell actions add' logs one.", err=True)


@app.command()
def end(
    which: Annotated[
        str,
        typer.Argument(metavar="ACTION", help="Its name or number in 'actions list'."),
    ],
    *,
    on: Day = None,
    config: Config = CONFIG,
    now: Now = None,
) -> None:
    """End an action, today or on another day."""
    from flows.typist import typist
    from flows.workspace import opened
    from tasks.store import actions, end_action
    from tasks.store.actions import action_named

    moment = instant(now)
    with opened(config, os.environ) as workspace:
        last = on or workspace.settings.calendar.local_day(moment)
        who, number = typist(os.environ), action_named(actions(workspace.store), which).id
        ended, is_new = end_action(workspace.store, number, on=last, who=who, now=moment)
    said = f"ends on {ended.ends}" if is_new else f"ended on {ended.ends} already"
    typer.echo(f"{ended.id} '{ended.name}' {said}.")
