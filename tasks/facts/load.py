"""What one load of one source leaves behind: its files, its refused rows, its totals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One Parquet file of the lake; ``path`` is relative to the lake's folder.

    ``ym`` is the month of the table's main time column (``2026-02``), or ``all``.
    """

    source: str
    table: str
    path: str
    ym: str
    rows: int
    bytes: int
    load_id: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row that was read and not loaded, and why.

    ``line`` counts the lines of a text file from 1, the header included, or the rows of a Parquet
    file or a SELECT from 1. ``key`` is the row's key, ``value`` what stood in ``column``.
    """

    source: str
    table: str
    file: str
    line: int | None
    key: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableTotal:
    """The control total of one table of one source: ``read == loaded + quarantined``.

    ``duplicates`` of the quarantined rows were older versions or exact copies of a loaded row.
    """

    source: str
    table: str
    read: int
    loaded: int
    quarantined: int
    duplicates: int = 0
