"""Who types a command? The name that is written down beside what they did."""

from __future__ import annotations

from collections.abc import Mapping
from getpass import getuser

NAMES = ("KEEPWELL_USER", "USER", "LOGNAME", "USERNAME")


def typist(environ: Mapping[str, str]) -> str:
    """Return what ``KEEPWELL_USER`` says, else the login name, else ``somebody``."""
    said = (environ.get(name, "").strip() for name in NAMES)
    return next(filter(None, said), "") or _login()


def _login() -> str:
    try:
        return getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"
