"""What happens when the disk of the store is full: while the outbox is written, or any time later?

A full disk is a small one in memory that is filled to the last byte, where mounting is allowed;
anywhere else a file that may not grow.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.cells import outcomes, world
from tests.faults.laws import broken
from tests.faults.randomly import MESSAGE

ROOM = (0, 4, 16, 32, 48, 64, 80, 96, 128, 160, 192, 224)  # kilobytes the log of the store may have


@dataclass(frozen=True, slots=True)
class Full:
    """How it went: what the sender said when the disk was full, what had arrived, what is wrong."""

    error: str
    arrived: int
    wrongs: Sequence[str] = field(default_factory=tuple)


def growing_no_more(channel: str, room_kb: int) -> Full:
    """Let no file grow beyond ``room_kb``, then give room again."""
    with world(channel) as here:
        ending = here.run(here.job(MESSAGE, largest_file=max(room_kb * 1024, 1)))
        return _with_room_again(here, ending.error)


def full(channel: str) -> Full:
    """Fill a real disk while the outbox is to be written, then empty it."""
    with small_disk() as disk, world(channel, folder=disk) as here:
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        with tempfile.TemporaryDirectory(prefix="keepwell-said-") as elsewhere:
            ending = here.run(here.job(MESSAGE, said=Path(elsewhere) / "said.json"))
        filler.unlink()
        return _with_room_again(here, ending.error)


def _with_room_again(here, error: str) -> Full:
    before = outcomes(here, MESSAGE)
    arrived = sum(sum(one.counts) for one in before.values())
    wrongs = []
    if len(before) not in {0, len(here.place.to)}:
        wrongs.append(f"half of it was written: {before}")
    if not before and here.place.in_all():
        wrongs.append("something was sent that is not written down")
    here.run(here.job(MESSAGE))
    found = outcomes(here, MESSAGE)
    wrongs += broken(here.place, found, dict.fromkeys(here.place.to, "sent"))
    return Full(error, arrived, wrongs)


@contextmanager
def small_disk(kilobytes: int = 512) -> Iterator[Path]:
    """Give a disk of that size; raise PermissionError where nothing may be mounted."""
    with ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keepwell-disk-")))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "keepwell", str(path)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            raise PermissionError("nothing may be mounted here")
        stack.callback(subprocess.run, ["umount", "-l", str(path)], check=False)
        yield path
