"""What can be begun early, on the second core, while the first is busy?"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from tasks.errors import Stop, WrongUse
from tasks.sample import CONFIGURATION

if TYPE_CHECKING:
    from tasks.engine.basis import Basis
    from tasks.engine.current import Facts
    from tasks.engine.measure import Request
    from tasks.engine.opinion.opine import Opinion
    from tasks.messages.view import Chart
    from tasks.model import Image
    from tasks.sample import Company


class Second:
    """A second process: it makes up the sample company, computes it again, and draws charts.

    Answers come in the order of the jobs: what was begun is waited for before the next chart.
    """

    def __init__(self, jobs: IO[bytes], answers: IO[bytes]) -> None:
        """Take the ends of its pipes."""
        self._jobs, self._answers = jobs, answers

    def write_sample(self, folder: Path) -> Callable[[], Company]:
        """Begin to write the sample company; return what waits for it to be there."""
        return self._begin("write_sample", folder)

    def opine(self, facts: Facts, basis: Basis, request: Request) -> Callable[[], Opinion | None]:
        """Begin to compute what is asked for a second time; return what waits for it."""
        return self._begin("opine", (facts, basis, request))

    def draw(self, chart: Chart) -> Image:
        """Return ``chart`` as a PNG."""
        image: Image = self._begin("draw", chart)()
        return image

    def _begin(self, name: str, given: object) -> Callable[[], Any]:
        pickle.dump((name, given), self._jobs)
        self._jobs.flush()
        return self._answer

    def _answer(self) -> object:
        try:
            answer, error = pickle.load(self._answers)  # noqa: S301 - written by our own child
        except EOFError:
            raise Stop(
                "the process that makes samples and charts ended.",
                todo="What it said stands above; run the command again.",
            ) from None
        if error is not None:
            raise error
        return answer


@contextmanager
def second_process(*, draws_first: bool = False) -> Iterator[Second]:
    """Give a second process, which ends with the block.

    One that ``draws_first`` gets ready for that at once, else when its first job is done.
    """
    command = [sys.executable, "-m", "flows.second", *(["--draws-first"] if draws_first else [])]
    with _deaf_to_ctrl_c():
        process = subprocess.Popen(  # noqa: S603 - our own Python, our own arguments
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    with process:
        try:
            yield Second(cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout))
        finally:
            process.kill()


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
