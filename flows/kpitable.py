"""The KPIs as a Markdown table, which the README carries between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tasks.errors import WrongUse
from tasks.kpis.base import Kpi

BEGIN, END = "<!-- kpis: written by `make docs` -->", "<!-- end of kpis -->"
_HEAD = ("| key | name | what it is | unit, better | variants |", "|---|---|---|---|---|")
_BETTER = {"up": "higher", "down": "lower", "neutral": "neither"}


def table(kpis: Sequence[Kpi]) -> str:
    """Return one row per KPI: key, name, definition, unit and better way, variants."""
    return "\n".join((*_HEAD, *map(_row, kpis)))


def _row(kpi: Kpi) -> str:
    own = (f"{parameter.prefix}..." for parameter in kpi.parameters)
    variants = ", ".join(f"`{name}`" for name in (*kpi.variants, *own))
    unit = f"{kpi.unit}, {_BETTER[str(kpi.good)]}"
    return f"| `{kpi.key}` | {kpi.name} | {kpi.definition} | {unit} | {variants} |"


def put_into(page: Path, kpis: Sequence[Kpi]) -> None:
    """Write the table into ``page`` between the marks; raise ``WrongUse`` if they are not there."""
    text = page.read_text(encoding="utf-8")
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise WrongUse(
            f"{page.name} has no place for the KPIs.", todo=f"Add the lines {BEGIN} and {END}."
        )
    page.write_text(f"{before}{BEGIN}\n{table(kpis)}\n{END}{after}", encoding="utf-8")
