"""compose.yaml and the Kubernetes manifest: valid by their schemas, and what a small team needs."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "deploy" / "compose.yaml"
MANIFEST = ROOT / "deploy" / "kubernetes" / "keepwell.yaml"
TOOLS = ROOT / ".venv" / "schemas" / "bin"  # .ci/peers installs them: the schemas are theirs
LONG_RUNNING = ("server", "worker")


def services() -> dict[str, Any]:
    return YAML(typ="safe").load(COMPOSE)["services"]


def objects() -> dict[tuple[str, str], Any]:
    loaded = YAML(typ="safe").load_all(MANIFEST)
    return {(one["kind"], one["metadata"]["name"]): one for one in loaded}


def checked(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.peers
def test_compose_is_valid_by_the_schema_of_its_specification() -> None:
    checked(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


@pytest.mark.peers
def test_the_manifest_is_valid_by_the_schemas_of_kubernetes_and_has_nothing_they_do_not_know() -> (
    None
):
    said = checked(TOOLS / "kubernetes-validate", "--strict", MANIFEST)
    assert said.count(" passed ") == len(objects())


def test_nothing_is_published_beyond_this_machine() -> None:
    assert services()["server"]["ports"] == ["127.0.0.1:4200:4200"]
    assert [name for name, one in services().items() if "ports" in one] == ["server"]
    assert objects()[("Service", "keepwell-server")]["spec"].get("type", "ClusterIP") == "ClusterIP"


def test_no_service_starts_before_what_it_needs_is_well() -> None:
    there = services()
    assert there["server"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert there["deploy"]["depends_on"]["server"]["condition"] == "service_healthy"
    assert there["worker"]["depends_on"]["deploy"]["condition"] == "service_completed_successfully"


def test_what_runs_on_comes_back_and_what_runs_once_does_not() -> None:
    restarts = {name: one["restart"] for name, one in services().items()}
    assert restarts == {
        "database": "unless-stopped",
        "server": "unless-stopped",
        "worker": "unless-stopped",
        "deploy": "on-failure",
    }


def test_everything_that_runs_on_is_asked_how_it_is() -> None:
    asked = {
        name: one["healthcheck"]["test"] for name, one in services().items() if name != "deploy"
    }
    assert asked["server"] == ["CMD", "python", "-m", "flows.healthy", "server"]
    assert asked["worker"] == ["CMD", "python", "-m", "flows.healthy", "worker"]
    assert asked["database"][1] == "pg_isready"


def test_the_api_wants_a_password_and_everybody_has_it() -> None:
    there = services()
    needed = there["worker"]["environment"]["PREFECT_API_AUTH_STRING"]
    assert needed.startswith("${PREFECT_AUTH:?")
    assert there["server"]["environment"]["PREFECT_SERVER_API_AUTH_STRING"] == "${PREFECT_AUTH}"
    kept = objects()[("Secret", "keepwell-server")]["stringData"]
    assert set(kept.values()) == {""}


def test_a_killed_server_remembers_who_holds_a_place() -> None:
    name = "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"
    assert services()["server"]["environment"][name].endswith(".filesystem")
    pod = objects()[("Deployment", "keepwell-server")]["spec"]["template"]["spec"]
    assert {"name": name, "value": services()["server"]["environment"][name]} in pod["containers"][
        0
    ]["env"]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_pods_have_probes_limits_and_no_rights(name: str) -> None:
    pod = objects()[("Deployment", f"keepwell-{name}")]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert {"startupProbe", "livenessProbe"} <= set(container)
    assert container["resources"]["limits"]["memory"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not pod["automountServiceAccountToken"]


def test_both_start_their_worker_in_the_same_way() -> None:
    pod = objects()[("Deployment", "keepwell-worker")]["spec"]["template"]["spec"]
    ours = services()["worker"]["command"][-1].replace("$$", "$")
    assert pod["containers"][0]["command"][-1] == ours
    assert "flows.stuck" in ours
    assert "exec prefect worker start" in ours
