"""What an editor is told about keepwell.yaml."""

from __future__ import annotations

import json
from typing import Any

from tasks.config import Catalogues, json_schema
from tests.config.small import SMALL

SCHEMA = json_schema(SMALL)
PARTS: dict[str, Any] = SCHEMA["properties"]


def test_it_is_a_schema_with_every_key() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["required"] == ["company", "store", "sources"]
    assert SCHEMA["additionalProperties"] is False
    assert set(PARTS) == {
        "company", "store", "lake", "engine", "sources", "segments", "aliases", "kpis", "fx",
        "business_hours", "goals", "benchmarks", "rules", "audiences", "alerts", "operators",
        "privacy", "channels",
    }  # fmt: skip


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    names = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert names <= set(SCHEMA["$defs"])
    assert "source.files.FileTable" in names


def test_a_source_has_the_keys_of_its_kind() -> None:
    hubspot, files = PARTS["sources"]["items"]["anyOf"]
    assert hubspot["properties"]["kind"] == {"const": "hubspot"}
    assert set(hubspot["required"]) == {"name", "kind", "token"}
    assert files["properties"]["path"]["description"] == "the folder of the files"


def test_a_channel_has_the_keys_of_its_kind() -> None:
    email = PARTS["channels"]["properties"]["email"]
    assert set(email["properties"]) == {"host", "from", "port", "username", "password", "tls"}
    assert email["required"] == ["host", "from"]


def test_names_are_those_of_the_catalogue() -> None:
    kpi = SCHEMA["$defs"]["GoalSettings"]["properties"]["kpi"]
    assert kpi["anyOf"][0]["enum"] == list(SMALL.kpis.keys())
    rules = PARTS["rules"]["properties"]
    assert set(rules) == {"defaults", *SMALL.kpis.keys()}
    assert set(rules["defaults"]["properties"]) == {"enabled", "sensitivity", "severity"}
    assert rules["nrr"] == {"$ref": "#/$defs/rules"}
    spike, goal_miss = SCHEMA["$defs"]["rules"]["items"]["anyOf"]
    assert spike["properties"]["rule"] == {"const": "spike"}
    assert "sensitivity" not in goal_miss["properties"]


def test_defaults_stand_as_one_would_write_them() -> None:
    hours = SCHEMA["$defs"]["Hours"]["properties"]
    assert (hours["days"]["default"], hours["from"]["default"]) == ("mon-fri", "09:00")
    assert SCHEMA["$defs"]["Company"]["properties"]["week_start"]["default"] == "monday"


def test_a_number_may_be_a_placeholder() -> None:
    month = SCHEMA["$defs"]["Company"]["properties"]["fiscal_year_start"]
    assert month["anyOf"] == [
        {"type": "integer", "minimum": 1, "maximum": 12},
        {"type": "string", "pattern": r"\$\{.+\}"},
    ]


def test_it_can_be_written_as_json_whatever_is_registered() -> None:
    assert json.loads(json.dumps(json_schema()))["title"] == "keepwell.yaml"
    assert json.loads(json.dumps(json_schema(Catalogues())))["title"] == "keepwell.yaml"
