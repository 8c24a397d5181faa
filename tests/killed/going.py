"""How does it go when everything is killed at some moment? Week by week, with one kill in each.

The flows run on their schedules, every few seconds instead of every quarter of an hour, on a real
server, worker and PostgreSQL. The harness only moves the calendar to the next Monday and kills.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from flows.deployments import REGISTRY
from tests.killed.company import TO, Company, company
from tests.killed.machine import POOL, ROOT, Machine, machine
from tests.killed.points import Point, Trap

EVERY_S = {"digest": 25, "outbox": 50}
LONGEST_S = 420.0
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Went:
    """How the kills of one week went: how long until everything had arrived, and what is wrong."""

    points: Sequence[Point]
    seconds: float
    starts: tuple[int, int]
    wrongs: Sequence[str] = ()


@dataclass
class Plant:
    """The machine, the company on it, and its deployments by name."""

    machine: Machine
    company: Company
    ids: dict[str, str] = field(default_factory=dict)
    week: int = 0

    def deploy(self, every_s: Mapping[str, int] = MappingProxyType(EVERY_S)) -> None:
        """Register flows as `keepwell deploy` does, but on schedules of seconds."""
        with self.machine.client() as client:
            for name, seconds in every_s.items():
                self.ids[name] = _deployed(client, name, self.parameters(name, 0), seconds)

    def parameters(self, name: str, week: int) -> dict[str, str]:
        given = {"config": str(self.company.config)}
        is_timed = name in {"digest", "notice"}
        return {**given, "now": self.company.now(week).isoformat()} if is_timed else given

    def turn_to(self, week: int) -> None:
        """Let it be the Monday of another week."""
        if week > self.week:
            self.company.export(week)
        self.week = week
        for name in self.ids.keys() & {"digest", "notice"}:
            self._give(name, {"parameters": self.parameters(name, week)})

    def _give(self, name: str, body: dict[str, Any]) -> None:
        self.asked(lambda client: client.patch(f"/deployments/{self.ids[name]}", json=body))

    def is_turned(self) -> bool:
        """Whether the runs to come are of this week.

        A scheduler that read the deployment a moment before writes runs of the week before.
        """
        now = self.company.now(self.week).isoformat()
        coming = [one for one in self.runs("SCHEDULED") if "now" in one["parameters"]]
        return all(one["parameters"]["now"] == now for one in coming)

    def asked(self, what: Callable[[httpx.Client], httpx.Response]) -> Any:
        """Return the server's answer, however often it has to be asked."""
        until = time.monotonic() + LONGEST_S
        while True:
            try:
                with self.machine.client() as client:
                    answer = what(client)
                answer.raise_for_status()
                return answer.json() if answer.content else None
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def runs(self, *types: str) -> list[dict[str, Any]]:
        """Return the runs whose states are of these types, newest first."""
        body = {
            "flow_runs": {"state": {"type": {"any_": list(types)}}},
            "limit": 100,
        }
        found: list[dict[str, Any]] = self.asked(lambda c: c.post("/flow_runs/filter", json=body))
        return found

    def states_of_digest(self) -> set[str]:
        going_on = self.runs("PENDING", "RUNNING")
        return {one["state_type"] for one in going_on if one["deployment_id"] == self.ids["digest"]}


def _deployed(client: httpx.Client, name: str, parameters: dict[str, str], every_s: int) -> str:
    entry = next(one.entrypoint for one in REGISTRY if one.function == name)
    flow = client.post("/flows/", json={"name": name}).raise_for_status().json()["id"]
    pull = "prefect.deployments.steps.set_working_directory"
    body = {
        "name": name,
        "flow_id": flow,
        "entrypoint": entry,
        "pull_steps": [{pull: {"directory": str(ROOT)}}],
        "work_pool_name": POOL,
        "parameters": parameters,
        "enforce_parameter_schema": False,
        "tags": ["keepwell"],
        "concurrency_limit": 1,
        "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
        "schedules": [{"active": True, "schedule": {"interval": every_s}}],
    }
    answer = client.post("/deployments/", json=body)
    if answer.is_error:
        raise RuntimeError(answer.text)
    return str(answer.json()["id"])


def gone_through(
    weeks: Sequence[Sequence[Point]], folder: Path, show: Callable[[Went], object]
) -> tuple[list[Went], list[str]]:
    """Return how the kills of each week went, and what is wrong when everything is at rest."""
    with machine(folder) as there, company(folder / "company", there.store_url) as who:
        plant = Plant(there, who)
        plant.deploy()
        there.worker.start()
        until_done(plant, 1)
        found: list[Went] = []
        for week, points in enumerate(weeks, 1):
            found.append(killed(plant, points, week))
            show(found[-1])
        return found, at_rest(plant, len(weeks) + 1)


def killed(plant: Plant, points: Sequence[Point], week: int) -> Went:
    """Kill at each of ``points`` while the digest of ``week`` is due, the later ones while it mends.

    Return when all of the digest has arrived.
    """
    plant.turn_to(week)
    for point in points:
        trap = Trap(point, plant.machine, plant.company.there)
        trap.set(plant.states_of_digest)
        trap.fired.wait(LONGEST_S)
    until_done(plant, week + 1)
    seconds = time.monotonic() - trap.fired_at
    plant.company.there.mail.calm()
    plant.company.there.slack.calm()
    plant.machine.wait_until_up()
    twice = [one for one in plant.company.wrongs(week + 1) if "times" in one]
    starts = (plant.machine.server.starts, plant.machine.worker.starts)
    return Went(points, max(seconds, 0.0), starts, twice)


def until_done(plant: Plant, weeks: int) -> None:
    """Wait until everything of the first ``weeks`` weeks has a receipt."""
    until = time.monotonic() + LONGEST_S
    while not plant.company.is_done(weeks):
        if time.monotonic() > until:
            raise TimeoutError(f"{plant.company.wrongs(weeks)}\n{_told(plant)}")
        time.sleep(2)
        if not plant.is_turned():
            plant.turn_to(plant.week)


def _told(plant: Plant) -> str:
    lines = [
        f"{one['name']} {one['state_name']}" for one in plant.runs(*ENDED, "PENDING", "RUNNING")
    ]
    return "\n".join([*lines[:20], plant.machine.worker.log.read_text()[-3000:]])


def at_rest(plant: Plant, weeks: int) -> list[str]:
    """Send one more digest that nobody disturbs; return all that is not as it should be then."""
    plant.turn_to(weeks)
    until_done(plant, weeks + 1)
    with suppress(TimeoutError):
        wait_for(lambda: not _stuck(plant))
    stuck = [f"{one['name']} is still {one['state_name']}" for one in _stuck(plant)]
    return [*plant.company.wrongs(weeks + 1), *stuck]


def _stuck(plant: Plant) -> list[dict[str, Any]]:
    """Return the runs that the server believes in and that an ended schedule should have left."""
    first = {one["id"] for one in plant.runs("PENDING", "RUNNING", "CANCELLING")}
    time.sleep(max(EVERY_S.values()) * 2)
    return [one for one in plant.runs("PENDING", "RUNNING", "CANCELLING") if one["id"] in first]


def wait_for(is_so: Callable[[], bool]) -> None:
    """Return once it is so."""
    until = time.monotonic() + LONGEST_S
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(1)


def expected(weeks: int) -> int:
    """Return how many digests must have arrived: one a week for everybody, a first and a last."""
    return (weeks + 2) * len(TO)
