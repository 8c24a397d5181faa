"""What may stand in keepwell.yaml, for editors that help while it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import WithDefaultSchema

from tasks.config.aliases import RENAMED
from tasks.config.context import Catalogues
from tasks.config.names import DIMENSIONS
from tasks.config.packs import PACK
from tasks.config.rules import DEFAULTS, RuleHead, RuleKind
from tasks.config.settings import Settings

Schema = dict[str, Any]
PLACEHOLDER: Schema = {"type": "string", "pattern": r"\$\{.+\}"}
FILLED_IN_LATER = {"integer", "number", "boolean"}
ABOUT = ("title", "description", "default")


class InYamlWords(GenerateJsonSchema):
    """Defaults are shown only where they are what one would write."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema with its default, if that is a text, a number or a list of those."""
        default = schema.get("default")
        items = default if isinstance(default, tuple) else (default,)
        if all(isinstance(item, str | int | float) for item in items):
            return super().default_schema(schema)
        return self.generate_inner(schema["schema"])


def json_schema(catalogues: Catalogues | None = None) -> Schema:
    """Return the JSON Schema of keepwell.yaml, with every registered connector, channel, rule."""
    known = catalogues or Catalogues()
    schema = Settings.model_json_schema(schema_generator=InYamlWords)
    definitions, parts = schema["$defs"], schema["properties"]
    _name_what_exists(known, definitions, parts)
    parts["sources"]["items"] = {"anyOf": _sources(known, definitions)}
    parts["channels"] = _channels(known, definitions)
    parts["rules"] = _rules(known, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **cast("Schema", _or_placeholder(schema)),
        "title": "keepwell.yaml",
    }


def _name_what_exists(known: Catalogues, definitions: Schema, parts: Schema) -> None:
    kpis = known.kpis.keys()
    definitions["GoalSettings"]["properties"]["kpi"] |= _one_of(kpis)
    definitions["BenchmarkSettings"]["properties"]["kpi"] |= _one_of(kpis)
    definitions["Engine"]["properties"]["kind"] |= _one_of(known.engines.keys())
    chosen = definitions["Kpis"]["properties"]
    chosen["include"]["anyOf"] = [
        {"const": PACK},
        {"type": "array", "items": _one_of((PACK, *kpis))},
    ]
    chosen["variants"] |= {
        "additionalProperties": False,
        "properties": {
            kpi.key: {"type": "string"} if kpi.parameters else _one_of(kpi.variants)
            for kpi in known.kpis
        },
    }
    spellings = parts["aliases"]["additionalProperties"]
    parts["aliases"] |= _mapping(dict.fromkeys(RENAMED, spellings))
    crossed = f"({'|'.join(DIMENSIONS)})"
    parts["segments"]["items"] = {"type": "string", "pattern": f"^{crossed}(/{crossed})*$"}


def _sources(known: Catalogues, definitions: Schema) -> list[Schema]:
    schemas = []
    for entry in known.connectors:
        schema = _embedded(entry.settings, f"source.{entry.key}", definitions)
        schema["properties"]["kind"] = {"const": entry.key}
        schemas.append(schema)
    return schemas


def _channels(known: Catalogues, definitions: Schema) -> Schema:
    return _mapping(
        {
            entry.key: _embedded(entry.settings, f"channel.{entry.key}", definitions)
            for entry in known.channels
        }
    )


def _rules(known: Catalogues, definitions: Schema) -> Schema:
    head = _embedded(RuleHead, "rule", definitions)["properties"]
    own = {
        entry.key: _embedded(cast("RuleKind", entry).settings, f"rule.{entry.key}", definitions)
        for entry in known.rules
    }
    entries = [
        schema
        | {
            "properties": {**head, **schema["properties"], "rule": {"const": key}},
            "required": ["rule"],
        }
        for key, schema in own.items()
    ]
    definitions["rules"] = {"type": "array", "items": {"anyOf": entries}}
    defaults = {key: each for schema in own.values() for key, each in schema["properties"].items()}
    return _mapping(
        {DEFAULTS: _mapping(defaults), **{kpi.key: {"$ref": "#/$defs/rules"} for kpi in known.kpis}}
    )


def _embedded(model: type[BaseModel], prefix: str, definitions: Schema) -> Schema:
    """Return the schema of ``model``; what it refers to moves to ``definitions``, prefixed."""
    schema = model.model_json_schema(
        ref_template=f"#/$defs/{prefix}.{{model}}", schema_generator=InYamlWords
    )
    definitions |= {f"{prefix}.{name}": each for name, each in schema.pop("$defs", {}).items()}
    return schema


def _mapping(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _one_of(names: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(names)} if (names := list(names)) else {"type": "string"}


def _or_placeholder(node: object) -> object:
    """Return the schema with ``${NAME}`` allowed wherever it is filled in before checking."""
    if isinstance(node, list):
        return [_or_placeholder(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "enum" in node or node.get("type") in FILLED_IN_LATER:
        about = {key: node[key] for key in ABOUT if key in node}
        own = {key: value for key, value in node.items() if key not in ABOUT}
        return {**about, "anyOf": [own, PLACEHOLDER]}
    return {key: _or_placeholder(value) for key, value in node.items()}
