"""What can be begun early, on the second core, while the first is busy?"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import WrongUse
from tasks.sample import CONFIGURATION

if TYPE_CHECKING:
    from tasks.messages.view import Chart
    from tasks.model import Image
    from tasks.sample import Company

DRAWING = ("matplotlib.figure", "matplotlib.backends.backend_agg")  # half a second to import
SPAWN = "spawn"  # the one way to start a process that is the same on every system


class Second:
    """A second process: it makes up the sample company, and draws charts."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        """Take a pool of one process."""
        self._pool = pool

    def write_sample(self, folder: Path) -> Callable[[], Company]:
        """Begin to write the sample company; return what waits for it to be there."""
        return self._pool.submit(_written, folder).result

    def get_ready_to_draw(self) -> None:
        """Begin to import what drawing needs."""
        self._pool.submit(_import, DRAWING)

    def draw(self, chart: Chart) -> Image:
        """Return ``chart`` as a PNG."""
        return self._pool.submit(_drawn, chart).result()


@contextmanager
def second_process() -> Iterator[Second]:
    """Give a second process, which ends with the block."""
    with ProcessPoolExecutor(1, mp_context=get_context(SPAWN)) as pool:
        with _deaf_to_ctrl_c():
            pool.submit(_import, ())  # the process starts with its first job
        yield Second(pool)


def _import(names: Sequence[str]) -> None:
    for name in names:
        import_module(name)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let processes that are started meanwhile leave Ctrl-C to this one."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


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


def _drawn(chart: Chart) -> Image:
    from tasks.messages.drawing import draw  # noqa: PLC0415 - only the second process needs it

    return draw(chart)
