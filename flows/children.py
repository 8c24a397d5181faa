"""How do processes that we start stay ours: none outlives us, and none is deaf to a stop?

Each begins a session of its own, so that Ctrl-C reaches us only, and we end them in order. Should
we be killed, the system ends them (on Linux). What a shell ignores in the background, they heed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

DIES_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
PATIENCE_S = 20.0
LOOK_S = 0.1

Process = subprocess.Popen[bytes]


def start(
    command: Sequence[str], environ: Mapping[str, str], output: IO[bytes] | None = None
) -> Process:
    """Return the running ``command``; what it says goes to ``output``, else where ours goes."""
    return subprocess.Popen(  # noqa: S603 - our own Python, our own arguments
        list(command),
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_as_a_child,  # noqa: PLW1509 - we have no threads when we start one
    )


def _as_a_child() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGTERM)


def stop(process: Process, number: int, patience_s: float = PATIENCE_S) -> None:
    """End ``process`` by signal ``number``, and after ``patience_s`` the hard way; and its own."""
    if process.poll() is None:
        process.send_signal(number)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=patience_s)
    sweep(process.pid)
    process.wait()


def sweep(group: int, patience_s: float = 2.0) -> None:
    """End whoever is left of a session that we began."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not has_members(group):
            return
        with suppress(ProcessLookupError):
            os.killpg(group, number)
        until = time.monotonic() + patience_s
        while has_members(group) and time.monotonic() < until:
            time.sleep(LOOK_S)


def has_members(group: int) -> bool:
    """Return whether anybody is left of a session that we began."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
