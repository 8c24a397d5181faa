"""What is known of a sample company that has been written?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Company:
    """A sample company that has been written.

    ``now`` is the moment its story is told at, ``first_day`` and ``last_week`` the local day its
    history begins on and the key of its last full week, ``rows`` the number of rows of each file
    by its path below ``folder``.
    """

    name: str
    folder: Path
    configuration: Path
    seed: int
    now: datetime
    first_day: date
    last_week: str
    rows: Mapping[str, int]
