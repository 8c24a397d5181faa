"""Has the configuration changed since its last use? Who used it, and what changed, is noted.

Secrets are no part of it: a token that is renewed changes nothing, and no digest tells of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from flows.workspace import Workspace
from tasks.config import Settings
from tasks.store import note_deed
from tasks.store.audit import CONFIGURED, doer, newest_deed

LENGTH = 8
ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # of an object in this process
PARTS = re.compile(r"(\w+)=(\w+)")


def note_configuration(workspace: Workspace, now: datetime) -> None:
    """Write into the audit log which parts are others than the last time; nothing for none."""
    parts = parts_of(workspace.settings)
    before = newest_deed(workspace.store, CONFIGURED)
    known = dict(PARTS.findall(before.detail)) if before else {}
    if known == parts:
        return
    changed = [name for name in {**parts, **known} if known.get(name) != parts.get(name)]
    what = f"changed: {', '.join(changed)}" if known else "first used"
    prints = " ".join(f"{name}={digest}" for name, digest in parts.items())
    about = workspace.settings.path.name
    note_deed(workspace.store, doer(), CONFIGURED, about, now, f"{what} [{prints}]")


def parts_of(settings: Settings) -> Mapping[str, str]:
    """Return a digest of each part, in which every secret is the same."""
    written = settings.model_dump(serialize_as_any=True)
    return {name: _digest(_plain(value)) for name, value in written.items()}


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _plain(value: object) -> object:
    """Return a value as every process writes it: sets in order, objects without their address."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return ADDRESS.sub("", str(value))
