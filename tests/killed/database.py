"""A PostgreSQL that Prefect can live in, from Debian: it is a service like the others, and may die.

The one in a wheel, which the other tests use, has no extensions; Prefect wants pg_trgm.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import mkdtemp

import psycopg

USER = "postgres"  # PostgreSQL does not run as root
NEWEST = "/usr/lib/postgresql"
LONGEST_S = 60.0


def programs() -> Path:
    """Return the folder with initdb and postgres; raise FileNotFoundError where there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path(NEWEST).glob("*/bin"))
    if not folders:
        raise FileNotFoundError("PostgreSQL is missing: install the Debian package 'postgresql'")
    return folders[-1]


def owner() -> str | None:
    """Return whom the database belongs to: not root; None for whoever runs this."""
    return USER if os.geteuid() == 0 else None


def made() -> Path:
    """Make an empty cluster and return where it is: in a place that its owner may walk to."""
    cluster = Path(mkdtemp(prefix="keepwell-cluster-"))
    if user := owner():
        os.chown(cluster, pwd.getpwnam(user).pw_uid, -1)
    options = ["-A", "trust", "-U", USER, "-E", "UTF8", "--no-sync"]
    subprocess.run(
        [programs() / "initdb", "-D", cluster, *options],
        user=owner(),
        cwd=cluster,
        check=True,
        capture_output=True,
    )
    return cluster


def command(cluster: Path, port: int) -> tuple[str, ...]:
    """Return what starts the server; what it has written need not survive a power cut."""
    settings = ("listen_addresses=127.0.0.1", "fsync=off", "unix_socket_directories=")
    options = (part for one in settings for part in ("-c", one))
    return (str(programs() / "postgres"), "-D", str(cluster), "-p", str(port), *options)


def address(port: int, database: str = "postgres") -> str:
    """Return where a database is, as psycopg likes it."""
    return f"postgresql://{USER}@127.0.0.1:{port}/{database}"


def create(port: int, *names: str) -> None:
    """Create empty databases as soon as the server is there."""
    until = time.monotonic() + LONGEST_S
    while True:
        try:
            with psycopg.connect(address(port), autocommit=True) as connection:
                for name in names:
                    connection.execute(f"CREATE DATABASE {name}")
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return
