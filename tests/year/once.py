"""A sync and a look for digests in a process of its own, which dies at the step it is told to die at.

python -m tests.year.once CONFIG NOW [STEP before|after]
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.dispatch import dispatch
from flows.steps import Steps, by_hand
from flows.sync import bring_in_news
from tasks.messages.render import undrawn
from tasks.outbox import delivering
from tasks.outbox.delivering import Batch, Delivered, complete
from tests.year.clock import opened_at


def deliver(store: Any, settings: Any, batch: Batch, is_urgent: bool = False) -> Delivered:
    """Send what can be sent now: in a simulated hour nobody waits for a minute to pass."""
    return complete(
        delivering.deliver(store, settings, batch.ids, is_urgent=is_urgent, patience_s=0.0)
    )


def steps() -> Steps:
    """Return the steps of the year: by hand, without charts, and without a second opinion."""
    plain = by_hand(draw=undrawn, opine=lambda *_: lambda: None)
    return replace(plain, deliver=deliver)


def dying(name: str, when: str) -> Steps:
    """Return the steps, one of which kills this process before or after it is done."""
    whole = steps()
    step: Callable[..., Any] = getattr(whole, name)

    def killed(*given: Any, **more: Any) -> Any:
        if when == "after":
            step(*given, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    return replace(whole, **{name: killed})


def main(config: str, now: str, *death: str) -> None:
    """Bring in what is new and look for digests once, or die."""
    moment = datetime.fromisoformat(now)
    with opened_at(Path(config), lambda: moment) as workspace:
        mortal = dying(*death) if death else steps()
        bring_in_news(mortal, workspace, now=moment)
        dispatch(mortal, workspace, now=moment)


if __name__ == "__main__":
    main(*sys.argv[1:])
