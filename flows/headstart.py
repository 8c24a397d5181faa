"""Who makes up the sample company while this process still imports Prefect? A second one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import WrongUse
from tasks.sample import CONFIGURATION

if TYPE_CHECKING:
    from tasks.sample import Company

SPAWN = "spawn"  # the one way to start a process that is the same on every system


@contextmanager
def sample_in(folder: Path) -> Iterator[Callable[[], Company]]:
    """Begin to write the sample company; give what waits for it to be there.

    Raises ``WrongUse`` where the folder holds a company of one's own.
    """
    must_be_the_samples(folder)
    with ProcessPoolExecutor(1, mp_context=get_context(SPAWN)) as second:
        yield second.submit(_written, folder).result


def must_be_the_samples(folder: Path) -> None:
    """Raise ``WrongUse`` where the sample would take the place of somebody's own configuration."""
    there = folder / CONFIGURATION.name
    if there.exists() and there.read_bytes() != CONFIGURATION.read_bytes():
        raise WrongUse(
            f"{there} is not the sample's; it would be lost.",
            todo="Name another folder with --dir.",
        )


def _written(folder: Path) -> Company:
    from tasks.sample import write_company  # noqa: PLC0415 - only the second process needs it

    return write_company(folder)
