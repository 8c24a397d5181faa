"""What can be begun early, on the second core, while the first is busy?"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from tasks.errors import WrongUse
from tasks.sample import CONFIGURATION

if TYPE_CHECKING:
    from tasks.sample import Company

NEEDED_LATE = ("scipy.special", "matplotlib.figure")  # for chances and charts, a second together
SPAWN = "spawn"  # the one way to start a process that is the same on every system


def begin_imports(names: Sequence[str] = NEEDED_LATE) -> None:
    """Begin to import what a digest needs at its end, while the engine computes."""
    Thread(target=_import, args=(names,), daemon=True).start()


def _import(names: Sequence[str]) -> None:
    for name in names:
        import_module(name)


@contextmanager
def sample_in(folder: Path) -> Iterator[Callable[[], Company]]:
    """Begin to write the sample company; give what waits for it to be there.

    Raises ``WrongUse`` where the folder holds a company of one's own.
    """
    must_be_the_samples(folder)
    with ProcessPoolExecutor(1, mp_context=get_context(SPAWN)) as second:
        with _deaf_to_ctrl_c():
            writing = second.submit(_written, folder)
        yield writing.result


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
