"""How does a source stand in a first keepwell.yaml? With what it must be told, and what it may."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tasks.catalog import CONNECTORS
from tasks.config.base import SourceSettings
from tasks.connectors.base import Connector

WIDE = 34
VARIABLE = re.compile(r"\$\{(\w+)\}")


def kinds() -> tuple[str, ...]:
    """Return the kinds of source that have an example; files are looked at with ``--from``."""
    return tuple(one.key for one in CONNECTORS if example(_settings(one.key)))


def example(settings: type[SourceSettings]) -> Mapping[str, Any]:
    """Return the least that such a source is told, secrets as variables; nothing for files."""
    extra = settings.model_config.get("json_schema_extra") or {}
    examples = extra.get("examples") if isinstance(extra, Mapping) else None
    return examples[0] if isinstance(examples, list) else {}  # type: ignore[return-value]  # JSON


def variables(kind: str) -> tuple[str, ...]:
    """Return the names of the environment variables that the example of a kind takes."""
    return tuple(dict.fromkeys(VARIABLE.findall(json.dumps(example(_settings(kind))))))


def entry(kind: str) -> str:
    """Return the part ``sources`` for one source of a kind; all it might be told is a comment."""
    settings = _settings(kind)
    said = example(settings)
    lines = [
        "",
        f"# {(settings.__doc__ or '').splitlines()[0]}",
        "# Secrets come from the environment; deploy/sources.md says which rights they need.",
        "sources:",
        f"  - name: {said['name']}",
        *(f"    {name}: {_written(value)}" for name, value in said.items() if name != "name"),
        "    # What else may be said, and what holds without it:",
        *_rest(settings, said),
    ]
    return "\n".join(lines) + "\n"


def _settings(kind: str) -> type[SourceSettings]:
    connector: Connector = CONNECTORS.get(kind)  # type: ignore[assignment]
    return connector.settings


def _rest(settings: type[SourceSettings], said: Mapping[str, Any]) -> Iterator[str]:
    for name, field in settings.model_fields.items():
        if name not in said:
            words = f"{field.alias or name}: {_default(field)}"
            yield f"    # {words:<{WIDE}} # {field.description}"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "..."
    if isinstance(value, BaseModel):
        return "{...}"
    return _written(list(value) if isinstance(value, tuple) else value)


def _written(value: object) -> str:
    """Return a value as YAML takes it on one line; plain words stay plain."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./:@-]*", value):
        return value
    return json.dumps(value, ensure_ascii=False)
