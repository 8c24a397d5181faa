"""What does Prefect's server still show of a forgotten customer? Artifacts are deleted there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

AT_ONCE = 200
NOT_ASKED = (
    "Prefect's API is not configured here (PREFECT_API_URL): artifacts of earlier runs were not "
    "looked at; run this again where it is, or delete them in the UI."
)
NO_ANSWER = (
    "Prefect's server did not answer: artifacts of earlier runs were not looked at; "
    "run the same command again once it does."
)
STAY = (
    "Prefect keeps the logs and events of earlier runs until maintenance deletes them; "
    "they name no customer unless an error did."
)


def delete_artifacts(holds: Callable[[Any], bool]) -> tuple[int, tuple[str, ...]]:
    """Delete the artifacts that hold what is looked for; return how many, and what to tell."""
    # Prefect takes seconds to import, and only this step needs it.
    import httpx  # noqa: PLC0415 - see above
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - see above
    from prefect.exceptions import PrefectException  # noqa: PLC0415 - see above
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME  # noqa: PLC0415 - see above

    if not PREFECT_API_URL.value():
        return 0, (NOT_ASKED,)
    try:
        with get_client(sync_client=True) as client:
            found = [one.id for one in _artifacts(client) if holds([one.data, one.description])]
            for number in found:
                client.delete_artifact(number)
    except (httpx.HTTPError, PrefectException, OSError, RuntimeError):
        return 0, (NO_ANSWER,)
    told = _tidied(Path(str(PREFECT_HOME.value())) / "prefect.db") if found else ()
    return len(found), (STAY, *told)


def _artifacts(client: Any) -> list[Any]:  # noqa: ANN401 - Prefect's client
    found: list[Any] = []
    while True:
        page = client.read_artifacts(limit=AT_ONCE, offset=len(found))
        found += page
        if len(page) < AT_ONCE:
            return found


def _tidied(database: Path) -> tuple[str, ...]:
    """Have a database of this host keep no trace of what was deleted; say where that failed."""
    if not database.exists():
        return ("Ask whoever keeps Prefect's database to VACUUM it: deleted rows leave traces.",)
    try:
        with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        return (f"VACUUM {database}, which was busy ({error}): deleted rows leave traces.",)
    return ()
