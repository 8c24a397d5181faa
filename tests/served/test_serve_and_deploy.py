"""`keepwell serve` and `keepwell deploy` for real: one server, one story, looked at from outside.

The story is told once, in ``story``; each test looks at one thing that happened in it.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.deployments import REGISTRY, WATCH, Schedule
from tests.served.going import (
    CONFIG,
    KEEPWELL,
    PREFECT,
    Served,
    asked,
    command,
    company,
    ran,
    shown,
    until,
    wanted,
)

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]

ZONE = "Europe/Berlin"
# the registry itself, but for the watch, which goes by the hours of the company
HOURS = replace(WATCH, schedules=(Schedule("working-hours", "30 7-19 * * *"),))
THERE = wanted(tuple(HOURS if one.name == "watch" else one for one in REGISTRY), ZONE)
Story = dict[str, Any]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What happened, step by step."""
    folder = tmp_path_factory.mktemp("served")
    served = Served.started(company(folder))
    told: Story = {"served": served}
    try:
        until(served.is_ready, "the schedules are served")
        _look(served, told)
        _break_and_mend(served, told)
        _kill_the_server(served, told)
        _deploy(served, told)
    finally:
        served.process.send_signal(signal.SIGINT)
        told["exit"] = served.process.wait(timeout=60)
        told["left"] = served.left()
    return told


def _look(served: Served, told: Story) -> None:
    told["served as"] = shown(served.api)
    told["ui"] = httpx.get(f"{served.url}/ui-settings", timeout=60).json()["api_url"]
    told["second"] = command(KEEPWELL, "serve", "--config", served.config)
    told["automations"] = [one["name"] for one in asked(served.api, "automations")]
    asked_for = {"state": {"type": {"any_": ["SCHEDULED"]}}}
    until(lambda: bool(asked(served.api, "flow_runs", flow_runs=asked_for)), "runs are planned")


def _break_and_mend(served: Served, told: Story) -> None:
    served.config.write_text(CONFIG.replace("currency: USD", "currency: Dollars"), encoding="utf-8")
    told["broken"] = ran(served.api, "outbox", {})
    served.config.write_text(CONFIG, encoding="utf-8")
    told["mended"] = ran(served.api, "outbox", {})
    told["data quality"] = ran(served.api, "data-quality", {})


def _kill_the_server(served: Served, told: Story) -> None:
    before = served.child("prefect server start")
    os.kill(before, signal.SIGKILL)
    until(lambda: "has ended" in served.words, "the death is noticed")
    until(served.is_healthy, "another server answers")
    told["servers"] = (before, served.child("prefect server start"))


def _deploy(served: Served, told: Story) -> None:
    deploy = [KEEPWELL, "deploy", "--config", served.config, "--pool", "tried"]
    here = {"PREFECT_API_URL": served.api}
    told["deploy"] = command(*deploy, **here)
    told["deployed as"], ids = shown(served.api), _ids(served.api)
    _pause(served.api, ids["sync"])
    told["again"] = command(*deploy, **here)
    told["ids"] = (ids, _ids(served.api))
    told["paused"] = [one["name"] for one in asked(served.api, "deployments") if one["paused"]]
    fewer = served.config.with_name("fewer.yaml")
    audiences = [line for line in CONFIG.splitlines() if "quarter" not in line]
    fewer.write_text("\n".join(audiences), encoding="utf-8")
    told["fewer"] = command(KEEPWELL, "deploy", "--config", fewer, "--pool", "tried", **here)
    told["names"] = set(_ids(served.api))
    _by_the_file(served, told)


def _by_the_file(served: Served, told: Story) -> None:
    words = ["--no-prompt", "deploy", "--prefect-file", "deploy/prefect.yaml", "--all"]
    told["prefect deploy"] = command(
        PREFECT,
        *words,
        PREFECT_API_URL=served.api,
        PREFECT_HOME=str(served.home / "prefect"),
        KEEPWELL_TIMEZONE=ZONE,
        KEEPWELL_POOL="tried",
        KEEPWELL_DIRECTORY=str(served.config.parent),
    )
    told["by the file"] = shown(served.api)


def _ids(api: str) -> dict[str, str]:
    return {one["name"]: one["id"] for one in asked(api, "deployments")}


def _pause(api: str, id_: str) -> None:
    httpx.post(f"{api}/deployments/{id_}/pause_deployment", timeout=60).raise_for_status()


def test_what_is_served_is_what_the_registry_says(story: Story) -> None:
    assert story["served as"] == THERE


def test_the_ui_asks_the_server_it_came_from(story: Story) -> None:
    assert story["ui"] == story["served"].api


def test_it_says_where_the_ui_is_and_what_runs_when(story: Story) -> None:
    assert "digest-month    days 1-7 at 08:00" in story["served"].words
    assert f"What runs when, in {ZONE}:" in story["served"].words


def test_a_second_serve_is_told_who_serves_it(story: Story) -> None:
    code, said = story["second"]
    assert code == 2
    assert f"served already, by process {story['served'].process.pid}" in said
    assert story["served"].url in said


def test_the_automations_are_there(story: Story) -> None:
    assert "Keepwell: tell operators of failed runs" in story["automations"]


def test_a_broken_configuration_fails_runs_in_one_sentence_and_serving_goes_on(
    story: Story,
) -> None:
    assert story["broken"]["state_type"] == "FAILED"
    assert "currency" in story["broken"]["state"]["message"]
    assert "\n" not in story["broken"]["state"]["message"]
    assert "Runs fail until this is mended" in story["served"].words
    assert story["mended"]["state_type"] == "COMPLETED"


def test_data_that_are_stale_end_a_run_in_red_with_a_sentence(story: Story) -> None:
    assert story["data quality"]["state_name"] == "Failed"
    assert story["data quality"]["state"]["message"].startswith("Stale: exports ")


def test_a_server_that_was_killed_is_started_again(story: Story) -> None:
    before, after = story["servers"]
    assert before != after


def test_deploying_gives_the_same_as_serving(story: Story) -> None:
    code, said = story["deploy"]
    assert code == 0, said
    assert "The pool tried is new." in said
    assert story["deployed as"] == THERE


def test_deploying_again_changes_nothing_and_leaves_paused_what_somebody_paused(
    story: Story,
) -> None:
    code, said = story["again"]
    assert code == 0, said
    assert "Still paused, as somebody left them: sync." in said
    assert story["paused"] == ["sync"]
    before, after = story["ids"]
    assert before == after


def test_the_deployment_of_an_audience_that_is_gone_goes(story: Story) -> None:
    code, said = story["fewer"]
    assert code == 0, said
    assert "Gone, since nobody is to get them: digest-quarter." in said
    assert story["names"] == set(THERE) - {"digest-quarter"}


def test_prefect_deploy_gives_the_same(story: Story) -> None:
    code, said = story["prefect deploy"]
    assert code == 0, said
    assert story["by the file"] == THERE


def test_ctrl_c_leaves_nothing_behind(story: Story) -> None:
    assert story["exit"] == 0
    assert "stopped; nothing is left running." in story["served"].words
    assert story["left"] == {}


def test_where_no_server_is_named_deploy_says_what_to_do(tmp_path: Path) -> None:
    code, said = command(KEEPWELL, "deploy", "--config", company(tmp_path / "x"))
    assert code == 2
    assert "Set PREFECT_API_URL" in said


def test_where_the_server_is_down_deploy_and_serve_say_so(tmp_path: Path) -> None:
    config = company(tmp_path / "x")
    for words in (["deploy"], ["serve"], ["serve", "--no-server"]):
        code, said = command(
            KEEPWELL, *words, "--config", config, PREFECT_API_URL="http://127.0.0.1:9/api"
        )
        assert code == 3
        assert "does not answer" in said


def test_a_broken_configuration_is_not_served(tmp_path: Path) -> None:
    config = company(tmp_path / "x")
    config.write_text(CONFIG.replace("USD", "Dollars"), encoding="utf-8")
    code, said = command(KEEPWELL, "serve", "--config", config)
    assert code == 2
    assert "currency" in said
