"""What if there is no room, or no right to write? A sentence instead of the system's number."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tasks.errors import StoreUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODO = "Make room, or let Keepwell write there; the next run goes on by itself."


@contextmanager
def written_to(target: Path, unfinished: Path) -> Iterator[None]:
    """Write ``unfinished`` inside; whatever fails, it is gone afterwards.

    Raises StoreUnusable with the place of ``target`` where the disk is full or cannot be written.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error).rpartition("] ")[2]
        what = f"The lake cannot be written: {why}."
        raise StoreUnusable(what, where=f"({target.parent})", todo=TODO) from error
    finally:
        unfinished.unlink(missing_ok=True)
