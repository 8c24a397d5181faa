"""What runs when: one registry, and the file for work pools says the same."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flows.deployments import REGISTRY, Deployment
from flows.serving import FLOWS, fit

ROOT = Path(__file__).parents[2]


def written() -> dict[str, dict[str, object]]:
    """The deployments of deploy/prefect.yaml by name."""
    document = YAML(typ="safe").load(ROOT / "deploy" / "prefect.yaml")
    return {one["name"]: one for one in document["deployments"]}


def test_the_file_for_work_pools_names_the_same_deployments() -> None:
    assert list(written()) == [one.name for one in REGISTRY]


@pytest.mark.parametrize("one", REGISTRY, ids=lambda one: one.name)
def test_the_file_for_work_pools_says_the_same_of_each(one: Deployment) -> None:
    twin = written()[one.name]
    assert twin["entrypoint"] == one.entrypoint
    assert twin["description"] == one.description
    assert twin["parameters"] == dict(one.parameters)
    assert [schedule["cron"] for schedule in twin["schedules"]] == [
        schedule.cron for schedule in one.schedules
    ]
    assert twin["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}


@pytest.mark.parametrize("one", REGISTRY, ids=lambda one: one.name)
def test_an_entrypoint_is_a_function_that_is_there(one: Deployment) -> None:
    path, _, name = one.entrypoint.partition(":")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    flows = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert [ast.unparse(decorator).split("(")[0] for decorator in flows[0].decorator_list] == [
        "flow"
    ]


def test_what_is_served_is_what_the_registry_says() -> None:
    assert list(FLOWS) == [one.name for one in REGISTRY]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sync", {"config": "k.yaml", "now": None}),
        ("digest", {"config": "k.yaml", "now": None, "period": "2026-W47"}),
        ("outbox", {"config": "k.yaml"}),
    ],
)
def test_a_flow_is_given_what_it_asks_for(name: str, given: dict[str, str | None]) -> None:
    everything = {"config": "k.yaml", "now": None, "period": "2026-W47"}
    assert fit(FLOWS[name], everything) == given
