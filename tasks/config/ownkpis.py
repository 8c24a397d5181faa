"""KPIs of one's own: Python files that ``kpis.python`` names, run before anything else is read.

A file registers its KPIs itself (see tasks/engine/pandas.py). It is the company's own code and may
do whatever the user may who runs keepwell.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationInfo

from tasks.config.context import context_of
from tasks.config.wording import EXPECTED, wrong

_TAKEN_IN: dict[Path, str] = {}  # the files that were run, and what stood in them


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file with KPIs; ``look`` changes with its content, so that values are computed anew."""

    path: str
    look: str


def read_python(written: object, info: ValidationInfo) -> tuple[OwnFile, ...]:
    """Run the files that are named, and return them; each is run once a process."""
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list | tuple):
        raise wrong(*EXPECTED["list_type"])
    root = context_of(info).path.absolute().parent
    return tuple(_taken_in(str(name), root / Path(str(name)).expanduser()) for name in names)


def _taken_in(name: str, path: Path) -> OwnFile:
    try:
        look = sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise wrong(f"cannot read {path}: {error.strerror};", "name a file with KPIs.") from None
    if _TAKEN_IN.get(path) != look:
        _run(path)
        _TAKEN_IN[path] = look
    return OwnFile(name, look)


def _run(path: Path) -> None:
    spec = importlib.util.spec_from_file_location(f"keepwell_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise wrong(f"{path} is not a Python file;", "its name must end with .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - whatever somebody's file may raise
        lines = [
            one for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)
        ]
        where = f" in line {lines[-1].lineno}" if lines else ""
        what = f"{path.name} stopped{where}: {type(error).__name__}: {error};"
        raise wrong(what, "correct it, or leave it out.") from None
