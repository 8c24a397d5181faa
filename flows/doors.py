"""Who can come in? Nobody but this computer's user, where nothing else was decided.

Files of ours are for their owner alone. A server of ours listens for this computer alone.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.config import Settings

USUAL_UMASK, OWNER_ONLY, NO_OTHERS = 0o022, 0o077, 0o007
SQLITE = "sqlite:///"


def write_for_the_owner_alone() -> None:
    """Let every file that this process makes be its owner's; a umask for a group keeps the group.

    A umask of 002 or 007 was chosen for a group, so its members still share what is written.
    """
    before = os.umask(OWNER_ONLY)
    if before != USUAL_UMASK:
        os.umask(before | NO_OTHERS)


def shut_out_others(settings: Settings) -> None:
    """Take the rights of others from the store and the lake that are there already."""
    url = settings.store_url
    store = Path(url.removeprefix(SQLITE).partition("?")[0]) if url.startswith(SQLITE) else None
    for path in (store, settings.lake_path):
        with suppress(OSError):  # another's file: then it is the other who decides
            if path is not None and (mode := stat.S_IMODE(path.stat().st_mode)) & NO_OTHERS:
                path.chmod(mode & ~NO_OTHERS)
