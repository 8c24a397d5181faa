"""Who holds a lease, and is that process still alive? Only its own host can tell."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

SELF = Path("/proc/self")


def this_process() -> str:
    """Return a name no other process has or will have: host, process space, number, start."""
    return f"{_host()}|{os.getpid()}|{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Return whether ``owner`` certainly no longer runs; of another host nothing is certain."""
    host, _, rest = owner.partition("|")
    pid, _, started = rest.partition("|")
    if host != _host() or not pid.isdigit():
        return False
    return not _runs(int(pid)) or _started(int(pid)) != started


@cache
def _host() -> str:
    # Two containers can have one name and see one file, but not each other's processes.
    space = ""
    with suppress(OSError):
        space = str((SELF / "ns/pid").readlink())
    return f"{socket.gethostname()}/{space}".replace("|", "-")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) not in {"Z", "X"}


def _state(pid: int) -> str:
    return _stat(pid)[0] if _stat(pid) else ""


def _started(pid: int) -> str:
    """Return when the process began, in ticks; numbers of processes are used again."""
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else ""  # noqa: PLR2004 - see proc(5): field 22 of all


def _stat(pid: int) -> list[str]:
    """Return what Linux says of a process, from its state on; empty elsewhere."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return []
