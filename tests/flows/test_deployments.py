"""What runs when: one registry, and the file for work pools says the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flows.deployments import ENVIRONMENT, REGISTRY, Deployment, deployments_of
from flows.registering import fit, flow_of
from flows.serving import EACH_ONCE
from flows.workspace import settings_at

ROOT = Path(__file__).parents[2]
FILE = YAML(typ="safe").load(ROOT / "deploy" / "prefect.yaml")
COMPANY = """
company: {{name: Acme, timezone: Europe/Berlin, currency: EUR, fiscal_year_start: {start}}}
store: "sqlite:///keepwell.db"
sources: [{{name: exports, kind: files, path: ./exports}}]
channels: {{file: {{path: ./out}}}}
audiences:
{audiences}
"""


def written() -> dict[str, dict[str, object]]:
    """The deployments of deploy/prefect.yaml by name."""
    return {one["name"]: one for one in FILE["deployments"]}


def of(folder: Path, *audiences: str, start: int = 1) -> dict[str, list[tuple[str, str | None]]]:
    """Cron lines and zones by deployment, for a company with these audiences."""
    lines = [f"  - {{name: a{i}, to: ['file:a'], {one}}}" for i, one in enumerate(audiences)]
    file = folder / "keepwell.yaml"
    file.write_text(COMPANY.format(audiences="\n".join(lines), start=start), encoding="utf-8")
    return {
        one.name: [(each.cron, each.timezone) for each in one.schedules]
        for one in deployments_of(settings_at(file, {}))
    }


def test_the_registry_is_data_and_loads_no_prefect() -> None:
    script = "import sys, flows.deployments; print('prefect' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout == "False\n"


def test_the_file_for_work_pools_names_the_same_deployments() -> None:
    assert list(written()) == [one.name for one in REGISTRY]


@pytest.mark.parametrize("one", REGISTRY, ids=lambda one: one.name)
def test_the_file_for_work_pools_says_the_same_of_each(one: Deployment) -> None:
    zone = "{{ $KEEPWELL_TIMEZONE }}"
    alone = {"concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"}}
    assert written()[one.name] == {
        "name": one.name,
        "entrypoint": one.entrypoint,
        "description": one.description,
        "tags": list(one.tags),
        "parameters": dict(one.parameters),
        "schedules": [
            {"slug": each.slug, "cron": each.cron, "timezone": zone} for each in one.schedules
        ],
        **(alone if one.alone else {}),
        "work_pool": {
            "name": "{{ $KEEPWELL_POOL }}",
            "job_variables": {"env": dict(ENVIRONMENT)},
        },
    }


@pytest.mark.parametrize("one", REGISTRY, ids=lambda one: one.name)
def test_an_entrypoint_is_a_function_that_is_there(one: Deployment) -> None:
    path, _, name = one.entrypoint.partition(":")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    flows = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert [ast.unparse(decorator).split("(")[0] for decorator in flows[0].decorator_list] == [
        "flow"
    ]


@pytest.mark.parametrize("one", REGISTRY, ids=lambda one: one.name)
def test_every_parameter_is_one_its_flow_has(one: Deployment) -> None:
    assert set(one.parameters) <= set(flow_of(one).parameters.properties)


@pytest.mark.parametrize("one", REGISTRY, ids=lambda one: one.name)
def test_slugs_are_names_of_their_own(one: Deployment) -> None:
    slugs = [each.slug for each in one.schedules]
    assert len(set(slugs)) == len(slugs)


def test_only_grains_that_somebody_gets_are_sent(tmp_path: Path) -> None:
    found = of(tmp_path, "digest: month")
    assert [name for name in found if name.startswith("digest")] == ["digest-month"]
    assert found["digest-month"] == [
        ("0 8 1-7 * *", "Europe/Berlin"),
        ("22 * * * *", "Europe/Berlin"),
    ]


def test_each_time_and_zone_has_a_schedule_of_its_own(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "digest: week, at: 'Mon 07:30'",
        "digest: week, at: 'Mon 07:30', timezone: Asia/Tokyo",
        "digest: week, at: 'Fri 07:30'",
    )
    assert found["digest-week"] == [
        ("30 7 * * 1", "Asia/Tokyo"),
        ("30 7 * * 1,5", "Europe/Berlin"),
        ("7 * * * *", "Europe/Berlin"),
    ]


def test_two_audiences_at_one_hour_are_one_run(tmp_path: Path) -> None:
    found = of(tmp_path, "digest: week", "digest: week, at: 'Mon 08:00'", "digest: month")
    assert found["digest-week"] == [
        ("0 8 * * 1-5", "Europe/Berlin"),
        ("7 * * * *", "Europe/Berlin"),
    ]


def test_quarters_begin_when_the_fiscal_year_says(tmp_path: Path) -> None:
    found = of(tmp_path, "digest: quarter", "digest: year, at: 'Mon 09:00'", start=2)
    assert found["digest-quarter"][0] == ("0 8 1-7 2,5,8,11 *", "Europe/Berlin")
    assert found["digest-year"][0] == ("0 9 * 2 1", "Europe/Berlin")


def test_a_backfill_is_started_by_hand_only(tmp_path: Path) -> None:
    assert of(tmp_path, "digest: week")["backfill"] == []


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
    flow = next(flow_of(one) for one in EACH_ONCE if one.function == name)
    assert fit(flow, everything) == given
