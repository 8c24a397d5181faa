"""Several processes at work on one store at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def at_once(what, url, *, processes):
    """Start ``processes`` that all do ``what``; return their exit codes and what they printed."""
    command = [sys.executable, "-m", "tests.store.another_process", what, url]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    printed = [process.communicate(timeout=120)[0].strip() for process in running]
    return [process.returncode for process in running], printed
