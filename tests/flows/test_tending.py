"""Serving, without a server: who may serve, what is refused, what is noticed while it goes on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows.children import has_members, start, stop
from flows.local_server import port_for
from flows.tending import Asked, Configuration, Home, Patience, tend
from tasks.errors import ConfigurationInvalid, DestinationUnavailable, WrongUse
from tests.flows.small import CONFIG

NOBODY = {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
SLEEPS = "import time; time.sleep(600)"


def refused(asked: Asked) -> None:
    tend(asked, lambda _said: None, lambda: True)


def test_one_configuration_is_served_by_one_process(company: Path) -> None:
    home = Home.of(company / "keepwell.yaml")
    with home.taken() as note, ExitStack() as second:
        note("http://here")
        with pytest.raises(WrongUse, match=f"process {os.getpid()}; its UI: http://here"):
            second.enter_context(home.taken())


def test_two_configurations_of_a_folder_keep_apart(company: Path) -> None:
    with Home.of(company / "one.yaml").taken(), Home.of(company / "two.yaml").taken():
        pass
    assert (company / ".keepwell" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.parametrize(
    ("environ", "port", "own", "said"),
    [
        ({}, None, False, "no Prefect server is named"),
        (NOBODY, 4200, True, "Leave out --port"),
        (NOBODY, None, True, "does not answer"),
    ],
)
def test_what_makes_no_sense_is_refused(
    company: Path, environ: dict[str, str], port: int | None, own: bool, said: str
) -> None:
    with pytest.raises((WrongUse, DestinationUnavailable), match=said):
        refused(Asked(company / "keepwell.yaml", environ, port, own))


def test_every_mistake_is_told_before_anything_is_started(company: Path) -> None:
    (company / "keepwell.yaml").write_text(CONFIG.replace("USD", "?"), encoding="utf-8")
    with pytest.raises(ConfigurationInvalid):
        refused(Asked(company / "keepwell.yaml", {}))
    assert not (company / ".keepwell").exists()


def test_a_port_that_is_taken_is_refused_and_by_itself_another_one_is_found() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(WrongUse, match="is taken"):
            port_for(other.getsockname()[1])
    assert port_for(None) > 0


def test_an_edit_that_breaks_the_configuration_is_told_once_and_served_on(company: Path) -> None:
    file, said = company / "keepwell.yaml", list[str]()
    configuration = Configuration.read(file, {})
    file.write_text(CONFIG.replace("USD", "?"), encoding="utf-8")
    assert [configuration.has_new_schedules(said.append) for _ in range(2)] == [False, False]
    assert len(said) == 1
    assert said[0].startswith("Runs fail until this is mended")


def test_other_audiences_are_other_schedules_and_another_currency_is_none(company: Path) -> None:
    file, said = company / "keepwell.yaml", list[str]()
    configuration = Configuration.read(file, {})
    file.write_text(CONFIG.replace("USD", "EUR"), encoding="utf-8")
    assert not configuration.has_new_schedules(said.append)
    file.write_text(CONFIG.replace("digest: week", "digest: month"), encoding="utf-8")
    assert configuration.has_new_schedules(said.append)
    assert "digest-month" in configuration.timetable()
    assert said == []


def test_what_keeps_dying_is_started_ever_more_seldom() -> None:
    patience, waits = Patience(), []
    for _ in range(8):
        patience.after_a_death()
        waits.append(patience.wait_s)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert not patience.is_over()


def test_a_child_that_a_shell_made_deaf_hears_a_stop() -> None:
    deaf = "import signal, subprocess, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    code = deaf + (
        "from flows.children import start; import os; "
        f"print(start([sys.executable, '-c', {SLEEPS!r}], os.environ).wait())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = _child_of(parent.pid)
        os.kill(child, signal.SIGINT)
        said, _ = parent.communicate(timeout=60)
    assert said.strip() in {"1", str(-signal.SIGINT)}


def test_a_child_does_not_outlive_a_parent_that_was_killed() -> None:
    code = f"import os, sys; from flows.children import start; start([sys.executable, '-c', {SLEEPS!r}], os.environ); import time; time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        child = _child_of(parent.pid)
        parent.kill()
    until = time.monotonic() + 30
    while _is_alive(child):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_stop_ends_the_whole_family() -> None:
    family = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPS!r}])"
    process = start([sys.executable, "-c", family], os.environ)
    _child_of(process.pid)
    stop(process, signal.SIGKILL)
    assert not has_members(process.pid)


def _child_of(pid: int) -> int:
    """The child of a process, as soon as it has become what it is to be."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        for child in map(int, told):
            if b"time.sleep(600)" in Path(f"/proc/{child}/cmdline").read_bytes():
                time.sleep(0.3)
                return child
        time.sleep(0.1)
    raise AssertionError("it has no child")


def _is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
