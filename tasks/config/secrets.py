"""Where does the value of a `${NAME}` come from? What stands nearest to the process wins.

1. the environment variable `NAME`: whoever starts the process decides, for this one time;
2. the file that `NAME_FILE` names, as containers hand secrets over: part of how it is deployed;
3. for `${block:name}` alone, the Prefect Secret block `name`: shared by all, the slowest to ask;
4. what stands behind `:-`.

A block is asked for only where nothing nearer has a value, so that whoever uses none pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, SecretStr

from tasks.errors import KeepwellError, WrongUse
from tasks.masking import in_address

Blocks = Callable[[str], str | None]
SUFFIX = "_FILE"
LARGEST = 64 * 1024  # of a file with a secret: whoever names a larger one named the wrong one


def no_blocks(name: str) -> str | None:
    """Raise ``WrongUse``: here nobody can ask for a block."""
    raise WrongUse(f"the Prefect block '{name}' cannot be read here.", todo="Set a variable.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a placeholder asks for: ``name`` of a variable, and perhaps ``block`` of Prefect."""

    name: str
    block: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a name, and where."""

    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What `check` tells of one placeholder: where it stands, and where its value came from."""

    line: int
    key: str
    name: str
    origin: str

    def __str__(self) -> str:
        """Return ``line 5, sources[0].token: HUBSPOT_TOKEN from the environment``."""
        return f"line {self.line}, {self.key}: {self.name} from {self.origin}"


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the values of one file came from; two settings that say the same are the same."""

    told: tuple[FilledIn, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Places:
    """Where values are looked for; ``root`` is what the path of a file is relative to."""

    environ: Mapping[str, str]
    root: Path = Path()
    blocks: Blocks = no_blocks

    def find(self, asked: Asked) -> Found | None:
        """Return the nearest value, None where there is none; raise where a place is no good."""
        file = self.environ.get(f"{asked.name}{SUFFIX}", "").strip()
        value = self.environ.get(asked.name)
        if value or (value is not None and not file and asked.default is None):
            ignored = f" (the file of {asked.name}{SUFFIX} is not read)" if file else ""
            return Found(value, f"the environment{ignored}")
        if file:
            return Found(self._content(asked.name, file), f"the file {file} ({asked.name}{SUFFIX})")
        if asked.block and (value := self.blocks(asked.block)) is not None:
            return Found(value, f"the Prefect block '{asked.block}'")
        if asked.default is not None:
            return Found(asked.default, "its default")
        return None

    def _content(self, name: str, file: str) -> str:
        path = self.root / Path(file).expanduser()
        try:
            with path.open(encoding="utf-8") as opened:
                content = opened.read(LARGEST + 1)
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            what = f"the file that {name}{SUFFIX} names cannot be read: {why}."
            raise WrongUse(what, where=f"({file})", todo="Mend the path or the file.") from None
        if len(content) > LARGEST:
            what = f"the file that {name}{SUFFIX} names is too large for a secret."
            raise WrongUse(what, where=f"({file})", todo="Name the right one.")
        return content.strip()


def variable_of(block: str) -> str:
    """Return the variable that is nearer than the block ``hubspot-token``: ``HUBSPOT_TOKEN``."""
    return block.upper().replace("-", "_")


def missing(asked: Asked) -> tuple[str, str]:
    """Return what is wrong where nothing was found, and what to do."""
    if asked.block:
        what = f"there is no Prefect Secret block '{asked.block}'"
        what += f", and {asked.name} is not set either."
        return what, f"Make the block in the Prefect UI, or set {asked.name}."
    what = f"the environment variable {asked.name} is not set."
    todo = f"Set it, name a file in {asked.name}{SUFFIX}, or write ${{{asked.name}:-default}}."
    return what, todo


def secrets_of(part: object) -> Iterator[str]:
    """Yield everything secret in settings: tokens, passwords, the keys within addresses."""
    if isinstance(part, SecretStr):
        value = part.get_secret_value()
        yield from in_address(value) if "://" in value else (value,)
    elif isinstance(part, BaseModel):
        for _, value in part:
            yield from secrets_of(value)
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from secrets_of(value)
    elif isinstance(part, tuple | list | frozenset):
        for value in part:
            yield from secrets_of(value)


def trouble_with(error: KeepwellError) -> tuple[str, str]:
    """Return what is wrong with a place, and what to do."""
    return " ".join(filter(None, (error.what, error.where))), error.todo
