"""Are the files of the lake still what was written? Every page of theirs has a checksum."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tasks.facts.load import LakeFile


def corrupt(root: Path, files: Iterable[LakeFile]) -> Iterator[LakeFile]:
    """Yield the files that are there and no longer hold what was written, whatever their length.

    Everything is read once, a page at a time. Files that are not there are not looked for here.
    """
    for file in files:
        path = root / file.path
        if path.is_file() and not _is_readable(path):
            yield file


def _is_readable(path: Path) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as opened:
            for _ in opened.iter_batches():
                pass
    except (pa.ArrowException, OSError):
        return False
    return True
