"""What does our Dockerfile do? Its steps are read, and carried out in a folder instead of an image.

No image is built: there is no Docker where tests run. A stage is a folder; COPY copies into it,
and RUN runs with every absolute path moved below that folder. What needs root or a package index
of Debian's (apt-get, useradd, chown) is told, not done.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
NOT_HERE = ("apt-get", "groupadd", "useradd", "chown")  # what changes the machine itself
OURS = ("/opt/keepwell", "/var/lib/keepwell", "/etc/keepwell", "/src")


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile: its word in capitals, and the rest of its lines."""

    word: str
    rest: str


def steps(path: Path = DOCKERFILE) -> tuple[Step, ...]:
    """Return the instructions of a Dockerfile; comments are left out, long lines put together."""
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    lines = "\n".join(kept).replace("\\\n", " ").splitlines()
    words = [line.strip().partition(" ") for line in lines if line.strip()]
    return tuple(Step(word.upper(), rest.strip()) for word, _, rest in words)


def ignored(root: Path = ROOT) -> tuple[str, ...]:
    """Return what .dockerignore lets through; everything else never reaches the builder."""
    lines = (root / ".dockerignore").read_text("utf-8").splitlines()
    return tuple(line.removeprefix("!") for line in lines if line.startswith("!"))


@dataclass
class Built:
    """A stage while it is made: its folder, its environment, and what was done and what not."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)
    cwd: str = "/"
    user: str = "root"
    done: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        return self.root / (path if path.startswith("/") else f"{self.cwd}/{path}").lstrip("/")

    def moved(self, text: str) -> str:
        """Return a command with our absolute paths below this folder."""
        places = "|".join(map(re.escape, OURS))
        return re.sub(rf"(?<![\w.])({places})(?![\w-])", rf"{self.root}\1", text)

    def run(self, command: str) -> None:
        for part in command.split(" && "):
            if part.split()[0] in NOT_HERE or part.startswith("rm -rf /var/lib/apt"):
                self.told.append(part)
            else:
                self._run(part)

    def _run(self, part: str) -> None:
        folder = self.inside(".")
        folder.mkdir(parents=True, exist_ok=True)
        command = self.moved(part)
        environ = {
            **_clean(),
            **self.environ,
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        }
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {part}\n{done.stdout}{done.stderr}"
        self.done.append(part)


def _clean() -> dict[str, str]:
    """Return what an image's builder would know of this machine: how to reach packages."""
    kept = ("PIP_", "UV_", "HTTP", "SSL", "REQUESTS_", "HOME", "LANG")
    return {name: value for name, value in os.environ.items() if name.startswith(kept)}


def built(folder: Path, arguments: Mapping[str, str] | None = None) -> dict[str, Built]:
    """Carry out every stage of our Dockerfile below ``folder`` and return them by name."""
    found: dict[str, Built] = {}
    known = dict(arguments or {})
    stage = Built(folder)
    for step in steps():
        rest = _filled(step.rest, {**known, **stage.environ}) if step.word != "RUN" else step.rest
        if step.word == "FROM":
            name = rest.partition(" AS ")[2] or "image"
            stage = found[name] = Built(folder / name)
        elif step.word == "ARG":
            name, _, default = rest.partition("=")
            known.setdefault(name, default.strip('"'))
        else:
            _do(stage, step.word, rest, known, found)
    return found


def _do(
    stage: Built, word: str, rest: str, known: dict[str, str], others: dict[str, Built]
) -> None:
    if word == "ENV":
        stage.environ.update(part.partition("=")[::2] for part in shlex.split(rest))
    elif word == "WORKDIR":
        stage.cwd = rest
        stage.inside(".").mkdir(parents=True, exist_ok=True)
    elif word == "COPY":
        _copy(stage, rest.split(), others)
    elif word == "RUN":
        stage.run(_filled(rest, known))
    elif word == "USER":
        stage.user = rest


def _copy(stage: Built, words: list[str], others: dict[str, Built]) -> None:
    origin: Path = ROOT
    if words[0].startswith("--from="):
        origin = others[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    for source in sources:
        if origin == ROOT:
            assert source in ignored(), f".dockerignore keeps {source} out"
        place = stage.inside(target)
        here = origin / source.lstrip("/")
        place = place / here.name if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(here, place, symlinks=True, ignore=leave) if here.is_dir() else shutil.copy(
            here, place
        )


def _filled(text: str, known: Mapping[str, str]) -> str:
    """Return ``text`` with ``${NAME}`` and ``$NAME`` of arguments; others are the shell's."""
    for name, value in known.items():
        text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    return text


def words_of(word: str) -> Iterator[str]:
    """Yield what stands behind an instruction, each time it is there."""
    return (step.rest for step in steps() if step.word == word)
