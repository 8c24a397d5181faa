"""How a story is told: its exports and configuration in a folder, and what the digest says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.stories.doings import tables
from tests.stories.world import World, customers

CONFIG = """\
company: {name: Chance, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources:
  - {name: exports, kind: files, path: ./exports}
segments: [plan, region, tenure_band]
kpis: {include: [pack, on_time_delivery_rate, repeat_purchase_ratio, purchase_frequency]}
audiences:
  - {name: board, digest: week, to: ["file:board"]}
  - {name: months, digest: month, to: ["file:board"]}
alerts: {mode: live, to: ["file:alerts"]}
"""


@dataclass(frozen=True)
class Action:
    """What people did about it: its name, the KPI, and where (empty: everywhere)."""

    name: str
    kpi: str
    segment: str = ""


def export(folder: Path, world: World) -> None:
    """Write what the company's systems know by the end of ``world.told``."""
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    for name, rows in tables(world, customers(world)).items():
        rows.to_csv(exports / f"{name}.csv", index=False)


def first_paragraph(digest: str) -> str:
    """Return the paragraph a digest opens with, below its title."""
    return " ".join(digest.split("\n\n")[1].split())


def first_sentence(digest: str) -> str:
    """Return the sentence a digest opens with, below its title."""
    return first_paragraph(digest).split(". ")[0]
