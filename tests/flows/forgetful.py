"""A process that forgets a customer and dies at a given step: `forgetful.py FOLDER CUSTOMER STEP`.

A step is a file that takes another's place, one that is deleted, or a commit of the store.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

STEPS = {"os.rename", "os.remove"}


def main(folder: str, customer: str, last: str) -> None:
    from datetime import UTC, datetime

    from sqlalchemy import Engine, event

    from flows.forget import forget, planned
    from flows.workspace import opened

    steps = count(1)

    def step(*_: object) -> None:
        if next(steps) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Path(folder, "keepwell.yaml"), {}) as workspace:
        plan = planned(workspace, customer)
        event.listen(Engine, "commit", step)
        sys.addaudithook(lambda name, _: step() if name in STEPS else None)
        forget(workspace, plan, now=datetime(2026, 3, 2, 13, tzinfo=UTC))
    sys.stdout.write(f"{next(steps) - 1}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
