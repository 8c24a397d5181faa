"""The Dockerfile: nothing of root's at run time, no secret, a health check that means something."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.built import DOCKERFILE, built, ignored, steps, words_of


def test_it_runs_as_a_user_without_rights_from_a_slim_image_in_two_stages() -> None:
    assert [
        word.endswith("-slim") for word in (one.split(" AS ")[0] for one in words_of("FROM"))
    ] == [True, True]
    words = [step.word for step in steps()]
    assert words.index("USER") < words.index("CMD")
    assert list(words_of("USER")) == ["keepwell"]


def test_no_secret_and_no_package_index_is_in_it() -> None:
    text = DOCKERFILE.read_text("utf-8")
    assert not re.search(r"token|password|secret_|index-url|https?://", text, re.IGNORECASE)


def test_only_what_is_named_reaches_the_builder() -> None:
    assert {"flows", "tasks", "templates", "pyproject.toml", "README.md"} == set(ignored())
    copied = [part for one in words_of("COPY") if "--from" not in one for part in one.split()[:-1]]
    assert set(copied) == set(ignored())


def test_its_health_check_asks_for_the_store() -> None:
    (check,) = words_of("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert command == ["python", "-m", "flows.healthy"]


@pytest.mark.wheel
def test_its_steps_lead_to_a_keepwell_that_runs_outside_any_checkout(tmp_path: Path) -> None:
    stages = built(tmp_path)
    image = stages["image"]
    assert image.user == "keepwell"
    assert [one.split()[0] for one in image.told] == [
        "apt-get",
        "apt-get",
        "rm",
        "groupadd",
        "useradd",
        "chown",
    ]
    program = image.inside("/opt/keepwell/bin/python")
    where = image.inside(image.environ["KEEPWELL_DIRECTORY"])
    folder = Path(str(where.readlink()).replace("/build/", "/image/"))
    assert (folder / "flows" / "digest.py").is_file()
    said = subprocess.run(
        [program, "-c", "import flows.cli as c, sys; sys.exit(c.run(['kpis', 'nrr']))"],
        cwd=image.inside("/etc/keepwell"),
        env={"PYTHONPATH": str(folder), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, "nrr" in said.stdout) == (0, True), said.stderr
