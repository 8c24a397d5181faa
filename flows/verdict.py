"""How does a run end that had something to send? Red as soon as anybody did not get it."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from tasks.outbox.delivering import Delivered

PARTLY = "PartlySent"


def verdict(delivered: Delivered, problems: Sequence[str], *, is_refused: bool) -> State[object]:
    """Return ``Failed``, ``PartlySent`` (failed, too) or ``Completed``, with a sentence for each.

    ``problems`` are told beside it; ``is_refused`` says that somebody could not even be written to.
    """
    told = " ".join([in_words(delivered), *problems])
    if delivered.undelivered or is_refused:
        return Failed(name=PARTLY if delivered.sent else None, message=told)
    return Completed(name="SentWithProblems" if problems else None, message=told)


def in_words(delivered: Delivered) -> str:
    """Return ``3 messages went out.``, and for each that did not, to whom and why."""
    count = len(delivered.sent)
    out = f"{count} {'message' if count == 1 else 'messages'} went out."
    return " ".join(
        [out, *(f"{one.to}: {one.problem or one.state}" for one in delivered.undelivered)]
    )
