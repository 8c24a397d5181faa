"""How is a file of the lake changed? Another takes its place, whole; rows stay where they were."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = "facts/*/ym=*/*.parquet"


def parts_of(lake: Path) -> Iterator[tuple[str, Path]]:
    """Yield the table and the path of every file in the lake, those that count no more too."""
    for path in sorted(lake.glob(PARTS)):
        yield path.parent.parent.name, path


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> bool:
    """Write the changed rows in the place of the old; return whether there was anything to change.

    Who dies half way leaves the old file, and who reads it meanwhile has it to the end.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    before = pq.read_table(path, partitioning=None)
    after = change(before)
    if after.equals(before):
        return False
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            pq.write_table(after, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def leftovers(lake: Path, named: Collection[str], before: float) -> Iterator[Path]:
    """Yield the files that no load names and nobody has written to since ``before`` (POSIX time).

    A load that was killed half way leaves such files.
    """
    for path in lake.glob("facts/*/ym=*/*"):
        is_named = path.relative_to(lake).as_posix() in named
        with suppress(FileNotFoundError):
            if not is_named and path.stat().st_mtime < before:
                yield path
