"""The second process: jobs come in on stdin, answers go out on stdout, both as pickles.

Run as ``python -m flows.second`` by flows/headstart.py, on the core that is idle meanwhile.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tasks.errors import KeepwellError

if TYPE_CHECKING:
    from tasks.engine.basis import Basis
    from tasks.engine.current import Facts
    from tasks.engine.measure import Request
    from tasks.engine.opinion.opine import Opinion
    from tasks.messages.view import Chart
    from tasks.model import Image
    from tasks.sample import Company

DRAWING = ("matplotlib.figure", "matplotlib.backends.backend_agg")  # half a second to import
SELDOM = 100_000  # new objects between two looks for garbage: what is imported stays


def write_sample(folder: Path) -> Company:
    """Write the sample company into ``folder``."""
    from tasks.sample import write_company  # noqa: PLC0415 - only for this job

    return write_company(folder)


def draw(chart: Chart) -> Image:
    """Return ``chart`` as a PNG."""
    from tasks.messages import drawing  # noqa: PLC0415 - only for this job

    return drawing.draw(chart)


def opine(given: tuple[Facts, Basis, Request]) -> Opinion | None:
    """Return the second opinion on what is asked for."""
    from tasks.engine.opinion.opine import opine as again  # noqa: PLC0415 - only for this job

    return again(*given)


JOBS: Mapping[str, Callable[[Any], object]] = {
    "write_sample": write_sample,
    "draw": draw,
    "opine": opine,
}


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Do jobs, each a name and what it is given, until there are no more.

    After each, and before the first, it gets ready to draw. An answer is a pair: what the job
    returned and None, or None and the error.
    """
    while True:
        try:
            name, given = pickle.load(jobs)  # noqa: S301 - written by our own parent
        except EOFError:
            return
        pickle.dump(_answer(name, given), answers)
        answers.flush()
        _get_ready()


def _answer(name: str, given: object) -> tuple[object, Exception | None]:
    try:
        return JOBS[name](given), None
    except (KeepwellError, OSError) as error:
        return None, error  # the one who asked raises it again


def _get_ready() -> None:
    for name in DRAWING:
        import_module(name)


if __name__ == "__main__":
    gc.set_threshold(SELDOM)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    if "--draws-first" in sys.argv:
        _get_ready()
    serve(sys.stdin.buffer, answers)
    os._exit(0)
