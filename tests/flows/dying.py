"""A watch that is killed in the middle: ``python -m tests.flows.dying CONFIG NOW STEP``."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flows.delivery import deliver
from flows.measure import catch_up
from flows.plan import TOLD, Scope
from flows.steps import by_hand
from flows.sync import bring_in_news
from flows.watch import look_and_push
from flows.workspace import opened


def die(*_given: object, **_more: object) -> None:
    """End this process as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(config: str, now: str, step: str) -> None:
    """Watch as the command does; the process dies where it comes to ``step``."""
    moment, steps = datetime.fromisoformat(now), replace(by_hand(), **{step: die})
    with opened(Path(config), os.environ) as workspace:
        bring_in_news(steps, workspace, now=moment)
        catch_up(steps, workspace, now=moment, scope=Scope(TOLD))
        watched = look_and_push(steps, workspace, now=moment)
        deliver(steps, workspace, watched.ids, is_urgent=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
