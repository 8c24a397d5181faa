"""How does a run end? ``Completed`` or ``Failed``, with one sentence that may begin with a word.

A flow's work says ``Completed(name="Held", message="Zendesk is 14 h old.")``. What the server gets
is ``Completed(message="Held: Zendesk is 14 h old.")``, and the run the tag ``held``. For Prefect's
UI filters runs by the names of states it knows ("All except scheduled" is a list of those, looked
at in 3.8.8): a run that ended as ``Held`` would stand on no filtered page. And the event of a state
is called after its name, so what waits for ``prefect.flow-run.Failed`` would never hear of
``PartlySent``. The message and the tag are shown beside the run in every list, whatever the filter.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from prefect.client.schemas.objects import StateType
from prefect.exceptions import FailedRun
from prefect.states import Completed, Failed

from tasks.errors import KeepwellError
from tasks.masking import masked

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

OWN_NAMES = {StateType.COMPLETED: "Completed", StateType.FAILED: "Failed"}
HELD = "Held"  # the data say: not now
_WORD = re.compile(r"((?:[A-Z][a-z]+)+): ")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def told(state: State[object]) -> State[object]:
    """Return the same end under Prefect's own name; a name of ours begins its message."""
    if state.type not in OWN_NAMES:
        return state
    parts = [one for one in (_own_name(state), state.message) if one]
    ending = Completed if state.type is StateType.COMPLETED else Failed
    return ending(message=masked(": ".join(parts)) or None)


def word_of(state: State[object]) -> str:
    """Return the word an end is known by, such as ``PartlySent``; "" where it has none."""
    begins = _WORD.match(state.message or "")
    return _own_name(state) or (begins[1] if begins else "")


def _own_name(state: State[object]) -> str:
    own = OWN_NAMES.get(state.type)
    return "" if own is None or state.name in {None, own} else str(state.name)


def tag_of(word: str) -> str:
    """Return ``partly-sent`` for ``PartlySent``."""
    return _HUMP.sub("-", word).lower()


def refused(problem: KeepwellError) -> State[object]:
    """Return the end of a run that a problem put an end to: its sentences, on one line."""
    return Failed(message=" ".join(str(problem).split()))


class InOneLine(logging.Filter):
    """Leaves one line of what a run has told, where Prefect would print how it was raised.

    A run that ends ``Failed`` says why in its state; the stack of its process says nothing more.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, and what is told already without its traceback."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, FailedRun | KeepwellError):
            record.exc_info, record.exc_text = None, None
            record.msg, record.args = "The run has failed: %s", (str(error),)
        return True


def without_tracebacks() -> None:
    """Keep the processes that Prefect starts for our runs from logging such tracebacks."""
    for name in ("prefect.engine", "prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(InOneLine())
