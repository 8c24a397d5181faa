"""Who can come in? Nobody but this computer's user, where nothing else was decided.

Files of ours are for their owner alone. A server of ours is for this computer alone, or asks for a
password; whoever opens it to a network puts a proxy with TLS in front of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import WrongUse

if TYPE_CHECKING:
    from tasks.config import Settings

PASSWORD = "PREFECT_SERVER_API_AUTH_STRING"  # noqa: S105 - the name of a variable
USUAL_UMASK, OWNER_ONLY, NO_OTHERS = 0o022, 0o077, 0o007
SQLITE = "sqlite:///"


def is_loopback(host: str) -> bool:
    """Return whether only this computer reaches what listens at ``host``."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def must_be_locked(host: str, environ: Mapping[str, str]) -> None:
    """Raise ``WrongUse`` where a network would reach a server that asks for no password."""
    user, colon, password = environ.get(PASSWORD, "").partition(":")
    if is_loopback(host) or (user and colon and password):
        return
    raise WrongUse(
        f"Whoever reaches {host} could read everything and start runs.",
        where=f"({PASSWORD} is not set to user:password)",
        todo=f"Set {PASSWORD}, here and for every worker as PREFECT_API_AUTH_STRING, and put a "
        "proxy with TLS in front; or serve at 127.0.0.1.",
    )


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
