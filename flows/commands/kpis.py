"""`keepwell kpis`: which KPIs there are, what each means, and what to do about it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import CONFIG, AsJson, Config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.kpis.base import Kpi


def run(
    key: Annotated[str | None, typer.Argument(help="Show everything about one KPI.")] = None,
    config: Config = CONFIG,
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option(help="Print them as a Markdown table.")] = False,
    into: Annotated[
        Path | None, typer.Option(help="Write that table into a page, between its two marks.")
    ] = None,
) -> None:
    """List the KPIs, or explain one."""
    import tasks.kpis  # noqa: F401 - fills the catalogue
    from tasks.kpis.base import catalogue, kpi_named

    shown = (kpi_named(key),) if key else catalogue()
    if markdown or into:
        _as_table(shown, into)
    elif as_json:
        beside = _recorded(config)
        facts = [{**_facts(kpi), "benchmarks": beside.get(kpi.key, [])} for kpi in shown]
        typer.echo(json.dumps(facts, indent=2))
    elif key:
        typer.echo("\n".join([_card(shown[0]), *_benchmarks(shown[0], config)]))
    else:
        typer.echo(_list(shown))


def _as_table(shown: Sequence[Kpi], into: Path | None) -> None:
    from flows.kpitable import put_into, table

    if into:
        put_into(into, shown)
    else:
        typer.echo(table(shown))


def _facts(kpi: Kpi) -> dict[str, object]:
    return {
        "key": kpi.key,
        "name": kpi.name,
        "section": kpi.section,
        "unit": kpi.unit,
        "good": str(kpi.good),
        "family": str(kpi.family),
        "variants": list(kpi.variants),
        "default_variant": kpi.default_variant,
        "tables": _tables(kpi),
        "definition": kpi.definition,
        "bad": kpi.bad,
        "action": kpi.action,
    }


def _list(kpis: tuple[Kpi, ...]) -> str:
    from tasks.kpis.base import SECTIONS

    wide = max(len(kpi.key) for kpi in kpis)
    lines: list[str] = []
    for section in SECTIONS:
        lines += ["", section.upper()]
        lines += [
            f"  {kpi.key:<{wide}}  {kpi.definition}" for kpi in kpis if kpi.section == section
        ]
    return "\n".join([*lines[1:], "", "keepwell kpis KEY shows variants, tables and what to do."])


def _card(kpi: Kpi) -> str:
    variants = ", ".join(
        f"{name} (default)" if name == kpi.default_variant else name for name in kpi.variants
    )
    own = [f"{parameter.prefix}..." for parameter in kpi.parameters]
    return "\n".join(
        [
            f"{kpi.key}: {kpi.name}",
            f"  {kpi.definition}",
            f"  Unit       {kpi.unit}; {_WAYS[str(kpi.good)]}; judged as {kpi.family}",
            f"  Variants   {', '.join(one for one in (variants, *own) if one)}",
            f"  Rests on   {', '.join(_tables(kpi))}",
            f"  Bad        {kpi.bad}",
            f"  Try        {kpi.action}",
        ]
    )


def _benchmarks(kpi: Kpi, config: Path) -> list[str]:
    """Return a line for each benchmark in ``config``; the card needs no configuration."""
    from flows.benchmarks import benchmarks_in_words
    from flows.workspace import settings_at
    from tasks.errors import ConfigurationInvalid

    if config == CONFIG and not config.exists():
        return []
    try:
        found = benchmarks_in_words(settings_at(config, os.environ), kpi)
    except ConfigurationInvalid:
        found = (f"{config} has mistakes; see keepwell check.",)
    return [f"  Benchmark  {line}" for line in found]


def _recorded(config: Path) -> Mapping[str, list[dict[str, str]]]:
    """Return the benchmarks in ``config`` by KPI; none where it is not there, or has mistakes."""
    from flows.benchmarks import benchmark_records
    from flows.workspace import settings_at
    from tasks.errors import ConfigurationInvalid

    if config == CONFIG and not config.exists():
        return {}
    try:
        return benchmark_records(settings_at(config, os.environ))
    except ConfigurationInvalid:
        typer.echo(f"keepwell: {config} has mistakes; see keepwell check.", err=True)
        return {}


def _tables(kpi: Kpi) -> list[str]:
    from tasks.kpis.base import tables_of

    return sorted(tables_of(kpi.example))


_WAYS = {"up": "higher is better", "down": "lower is better", "neutral": "neither way is better"}
