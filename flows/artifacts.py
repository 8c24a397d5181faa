"""What does a run leave in the Prefect UI? Pages, tables and pictures, and ways between them.

What stands on them is written elsewhere, without Prefect: flows/pages.py, flows/runreport.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from prefect.artifacts import (
    create_image_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from tasks.masking import masked

if TYPE_CHECKING:
    from flows.showing import Run

Rows = Sequence[Mapping[str, str | int]]
_PICTURES = re.compile(r"(\(data:[^)]*\))")  # letters that only look like words


def page(key: str, markdown: str, description: str) -> str:
    """Leave a page, and return where it is found."""
    parts = _PICTURES.split(markdown)
    told = "".join(one if number % 2 else masked(one) for number, one in enumerate(parts))
    return _address(create_markdown_artifact(told, key=key, description=masked(description)))


def table(key: str, rows: Rows, description: str) -> str:
    """Leave a table, and return where it is found."""
    listed = [{name: _cell(cell) for name, cell in row.items()} for row in rows]
    return _address(create_table_artifact(listed, key=key, description=masked(description)))


def picture(key: str, url: str, description: str) -> str:
    """Leave a picture, and return where it is found."""
    return _address(create_image_artifact(url, key=key, description=masked(description)))


def _cell(cell: str | int) -> str | int:
    return masked(cell) if isinstance(cell, str) else cell


def _address(made: object) -> str:
    """Return where an artifact is found: from the root, as nobody knows by what name it is seen."""
    return f"/artifacts/artifact/{cast('UUID', made)}"


def foot_of(run: Run) -> str:
    """Return the line that leads from what a run has left to the run, and to the reports.

    The page of a run can't be opened at its artifacts: Prefect 3.8's UI goes to the log.
    """
    reports = f"/artifacts/key/report-{run.kind}"
    return f"[The run](/runs/flow-run/{run.id}) · [What such runs did]({reports})"
