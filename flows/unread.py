"""What do operators have to know about the parts of a digest that have no reader?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.briefing import reader_of
from flows.lakeside import facts_of
from flows.operators import mark_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.config.people import OWNER
from tasks.engine.basis import basis_of
from tasks.engine.members import Question
from tasks.errors import KeepwellError
from tasks.facts.attributes import NONE
from tasks.messages.ops import OpsInputs, OpsItem
from tasks.messages.outside import clean
from tasks.model import Message, Period
from tasks.store import Outgoing

COUNTED = "customers_closing"  # who is a customer at the end of the period
MOST_NAMED = 3


def unreachable_notice(
    steps: Steps, workspace: Workspace, period: Period, problems: Sequence[KeepwellError]
) -> tuple[Outgoing, ...]:
    """Return the message that says which parts nobody got, and why; none where all have readers.

    It has a name of its own for each set of reasons, so the same is told once.
    """
    to = workspace.settings.operators.to
    if not to or not problems:
        return ()
    count = len(problems)
    again = (f"keepwell digest --send --period {period}",)
    inputs = OpsInputs(
        reader=reader_of(workspace.settings),
        period=period.key,
        subject_key=f"unread-{mark_of(map(str, problems))}",
        headline=f"{count} {'part' if count == 1 else 'parts'} of the digest had nobody to go to",
        items=tuple(
            OpsItem("Nobody to write to", one.what, one.todo, commands=again) for one in problems
        ),
    )
    message: Message = steps.ops_message(inputs)
    return (Outgoing(message, to),)


def unowned(steps: Steps, workspace: Workspace, period: Period, now: datetime) -> str:
    """Return how many customers have no owner, who they are, and what that means."""
    question = Question(COUNTED, period, OWNER, NONE)
    asked = (facts_of(workspace), basis_of(workspace.settings), [question], now)
    (members,) = steps.behind(*asked)
    if not members:
        return f"Some figures of {period} are of customers without an owner; no owner got them."
    count = len(members)
    have = "customer has" if count == 1 else "customers have"
    names = [clean(one.name) for one in members[:MOST_NAMED]]
    rest = [f"{count - MOST_NAMED} more"] if count > MOST_NAMED else []
    who = ", ".join([*names, *rest])
    return f"{count} {have} no owner ({who}); no owner got a digest about them."


def unowned_notice(
    steps: Steps, workspace: Workspace, period: Period, said: str
) -> tuple[Outgoing, ...]:
    """Return the message that says what ``unowned`` says; none where nobody is to be told."""
    to = workspace.settings.operators.to
    if not to or not said:
        return ()
    todo = "Give them an owner_id in their source; the next digest goes to whoever that is."
    inputs = OpsInputs(
        reader=reader_of(workspace.settings),
        period=period.key,
        subject_key="unowned",
        headline="Customers without an owner",
        items=(OpsItem("Without an owner", said, todo),),
    )
    message: Message = steps.ops_message(inputs)
    return (Outgoing(message, to),)
