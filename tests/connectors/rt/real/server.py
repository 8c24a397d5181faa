"""A Request Tracker 5 of Debian in a folder of its own: its database, its server, and its scripts.

``.ci/peers`` installs it. Nothing of what the package has set up on this machine is touched.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
SETUP = "/usr/sbin/rt-setup-database-5"  # no user but root has it in the PATH
SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
CONFIG = """\
Set($rtname, 'keepwell.test');
Set($Organization, 'keepwell.test');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.db');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($Timezone, 'UTC');
Set($MailCommand, 'testfile');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set($MasonDataDir, '{folder}/mason');
Set($MasonSessionDir, '{folder}/sessions');
1;
"""
UP_S = 60  # how long it may take until it answers, on a slow machine


def is_installed() -> bool:
    """Whether Debian's request-tracker5 is on this machine."""
    return Path(SETUP).is_file() and SERVER.is_file()


@dataclass(frozen=True, slots=True)
class RealTracker:
    """The server: where it answers, and where its files are."""

    folder: Path
    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def does(self, script: str, begun: datetime) -> list[str]:
        """Run a script beside this file, whose clock begins at ``begun``; return what it prints."""
        said = self._run("perl", str(HERE / script), BEGUN=str(int(begun.timestamp())))
        return said.splitlines()

    def _run(self, *command: str, **more: str) -> str:
        done = subprocess.run(
            command,
            env=self.world | more,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def world(self) -> dict[str, str]:
        """The environment in which RT knows only what is in the folder."""
        own = {"RT_SITE_CONFIG": f"{self.folder}/RT_SiteConfig.pm"}
        return {
            **os.environ,
            **own,
            "RT_SITE_CONFIG_DIR": f"{self.folder}/none",
            "TMPDIR": str(self.folder),
        }

    def set_up(self) -> None:
        for name in ("none", "mason", "sessions"):
            (self.folder / name).mkdir()
        said = CONFIG.format(folder=self.folder, port=self.port)
        (self.folder / "RT_SiteConfig.pm").write_text(said, encoding="utf-8")
        self._run(SETUP, "--action", "init", "--skip-create")

    @contextmanager
    def served(self) -> Iterator[None]:
        command = [str(SERVER), "--server", "Standalone", "--port", str(self.port)]
        with (self.folder / "server.log").open("wb") as log:
            running = subprocess.Popen(
                command, env=self.world, stdout=log, stderr=log, cwd=self.folder
            )
            try:
                self._wait(running)
                yield
            finally:
                running.terminate()
                running.wait(timeout=30)

    def _wait(self, running: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + UP_S
        while time.monotonic() < until:
            log = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")
            assert running.poll() is None, log
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError(f"rt-server did not answer within {UP_S} s")


@contextmanager
def tracker_in(folder: Path) -> Iterator[RealTracker]:
    """A server that answers, with nobody but RT's own users in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tracker = RealTracker(folder, port)
    tracker.set_up()
    with tracker.served():
        yield tracker
