"""`keepwell explain`: how one number comes about, and what others would call it."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config, Now, instant


def run(
    kpi: Annotated[str, typer.Argument(help="The KPI, like logo_churn_rate.")],
    period: Annotated[str, typer.Argument(help="The period, like 2026-02 or 2026-W06.")],
    *,
    segment: Annotated[
        str | None, typer.Option("--segment", help="Only these customers, like plan=Pro.")
    ] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", help="This variant, not the one that is chosen.")
    ] = None,
    compare_presets: Annotated[
        bool, typer.Option("--compare-presets", help="The number under everybody's definitions.")
    ] = False,
    config: Config = CONFIG,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Explain one number: definition, components, customers behind it, what it rests on."""
    from flows import explain, presets
    from flows.steps import by_hand
    from flows.workspace import opened

    with opened(config, os.environ) as workspace:
        place = explain.place_asked(workspace, kpi, period, segment, variant)
        if compare_presets:
            seen = presets.under_presets(by_hand(), workspace, place, now=instant(now))
            text, facts = presets.as_text(workspace, place, seen), presets.as_facts(place, seen)
        else:
            told = explain.explained(by_hand(), workspace, place, now=instant(now))
            text, facts = explain.as_text(told), explain.as_facts(told)
    typer.echo(json.dumps(facts, indent=2) if as_json else text)
