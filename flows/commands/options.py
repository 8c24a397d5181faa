"""Which options do several commands share, and how are they written?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is not an instant; write it like 2026-11-23T08:00:00+00:00."
        raise typer.BadParameter(message) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
Now = Annotated[
    datetime | None,
    typer.Option("--now", hidden=True, parser=_instant, metavar="INSTANT"),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", parser=_instant, metavar="INSTANT", help="Only what was known at this instant."
    ),
]
Grain = Annotated[str | None, typer.Option("--grain", help="day, week, month, quarter or year.")]
First = Annotated[
    str | None,
    typer.Option("--from", metavar="PERIOD", help="The first period, like 2026-02 or 2026-W06."),
]
Last = Annotated[
    str | None, typer.Option("--to", metavar="PERIOD", help="The last period; it is included.")
]
AllVariants = Annotated[
    bool, typer.Option("--all-variants", help="Every variant, not only the default one.")
]
Preview = Annotated[bool, typer.Option("--preview", help="Show it, and send nothing.")]
Send = Annotated[bool, typer.Option("--send", help="Record it and deliver it.")]

CONFIG = Path("keepwell.yaml")


def instant(now: datetime | None) -> datetime:
    """Return ``now``, or the present moment: the only clock the command line reads."""
    return now or datetime.now(UTC)
