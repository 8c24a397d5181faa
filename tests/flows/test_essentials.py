"""Whom operators' messages still reach when an edit has broken the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.essentials import essential, opened_for_operators
from flows.workspace import settings_at
from tasks.errors import ConfigurationInvalid, WrongUse
from tests.flows.small import CONFIG

OPERATORS = 'operators: {to: ["file:operators"]}\n'


@pytest.mark.parametrize(
    "mistake",
    ["goals: [{kpi: chrun}]\n", "rules: 7\n", "surprise: true\n", "fx: {mode: loked}\n"],
)
def test_a_mistake_elsewhere_does_not_keep_operators_from_hearing_of_it(
    company: Path, mistake: str
) -> None:
    config = company / "keepwell.yaml"
    config.write_text(CONFIG + OPERATORS + mistake, encoding="utf-8")
    with pytest.raises(ConfigurationInvalid):
        settings_at(config, {})
    with opened_for_operators(config, {}) as workspace:
        assert workspace.settings.operators.to == ("file:operators",)


def test_of_what_is_no_yaml_nothing_is_known() -> None:
    with pytest.raises(WrongUse, match="no YAML"):
        essential("company: [")
