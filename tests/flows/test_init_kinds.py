"""A first configuration for any kind of source: what it must be told stands there, the rest beside."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from flows.source_yaml import entry, kinds, variables
from flows.workspace import settings_at
from tasks.catalog import CONNECTORS
from tests.flows.small import Keepwell

EVERY_KIND = pytest.mark.parametrize("kind", kinds())


@pytest.fixture
def empty(company: Path) -> Path:
    (company / "keepwell.yaml").unlink()
    return company


def test_every_kind_has_one_but_files_and_hubspot_which_are_looked_at() -> None:
    assert set(kinds()) == set(CONNECTORS.keys()) - {"files", "hubspot"}


@EVERY_KIND
def test_what_is_written_is_a_configuration_as_soon_as_the_secrets_are_there(
    kind: str, empty: Path, keepwell: Keepwell
) -> None:
    code, out, err = keepwell("init", "--connect", kind)
    assert (code, err) == (0, "")
    given = dict.fromkeys(variables(kind), "a-secret")
    assert f"Put into the environment first: {', '.join(given)}." in out
    (source,) = settings_at(empty / "keepwell.yaml", given).sources
    assert source.kind == kind


@EVERY_KIND
def test_all_that_may_be_said_stands_beside_in_yaml(kind: str) -> None:
    _, _, beside = entry(kind).partition("what holds without it:\n")
    lines = [line.replace("# ", "", 1) for line in beside.splitlines()]
    said = yaml.safe_load("\n".join(lines).replace("{...}", "{}"))
    settings = CONNECTORS.get(kind).settings  # type: ignore[attr-defined]
    must = yaml.safe_load(entry(kind))["sources"][0]
    assert set(said) | set(must) == set(settings.model_fields)


def test_nothing_is_written_where_there_is_a_configuration(
    company: Path, keepwell: Keepwell
) -> None:
    before = (company / "keepwell.yaml").read_text(encoding="utf-8")
    code, _, err = keepwell("init", "--connect", "stripe")
    assert (code, "is there already" in err) == (2, True)
    assert (company / "keepwell.yaml").read_text(encoding="utf-8") == before


def test_a_kind_that_is_unknown_is_answered_with_those_that_are(
    empty: Path, keepwell: Keepwell
) -> None:
    code, _, err = keepwell("init", "--connect", "stirpe")
    assert code == 2
    assert "did you mean 'stripe'" in err
    assert not (empty / "keepwell.yaml").exists()
