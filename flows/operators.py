"""What do the operators have to know? What does not go out by itself; what is held or withheld.

Nobody else is told, and a message to the operators that fails is not told to them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from flows.briefing import reader_of
from flows.due import DIGEST
from flows.freshness import WITHOUT, Held, local
from flows.secondly import SECOND
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.messages.ops import OpsInputs, OpsItem
from tasks.model import DataNote, Message, Period
from tasks.outbox.delivering import needs_a_person
from tasks.store import UNDELIVERED, Entry, Outgoing, Problem, entries, put

OPS = "ops"  # the kind of these messages
_CORRECT = "Correct the rows it names in their source; the next sync measures again."
_BUG = "This is a mistake of Keepwell, not of your data: report it with these numbers."
MOST_NAMED = 3  # recipients, in one line


def tell_operators(steps: Steps, workspace: Workspace) -> tuple[int, ...]:
    """Write to the operators about what they have not been told; return the entries to be sent."""
    to = workspace.settings.operators.to
    untold = [one for one in _undelivered(workspace) if one.told_at is None]
    if not to or not untold:
        return ()
    message = steps.ops_message(_about_deliveries(workspace, untold))
    told = [one.id for one in untold]
    company = workspace.settings.company.name
    return put(workspace.store, [Outgoing(message, to)], company=company, told=told)


def withheld_notice(
    steps: Steps, workspace: Workspace, period: Period, notes: Sequence[DataNote]
) -> tuple[Outgoing, ...]:
    """Return the message that says which figures a digest does without; none where it has all."""
    to = workspace.settings.operators.to
    withheld = {note.text: note.source for note in notes if note.kind == "withheld"}
    if not to or not withheld:
        return ()
    inputs = OpsInputs(
        reader=reader_of(workspace.settings),
        period=period.key,
        subject_key=f"withheld-{mark_of(withheld)}",
        headline=f"Figures are withheld from the digest of {period}",
        items=tuple(
            OpsItem("Withheld", text, _BUG if source == SECOND else _CORRECT)
            for text, source in withheld.items()
        ),
    )
    message: Message = steps.ops_message(inputs)
    return (Outgoing(message, to),)


def held_notice(steps: Steps, workspace: Workspace, one: Held) -> tuple[Outgoing, ...]:
    """Return the message that says which digest waits, for what, and until when."""
    zone = workspace.settings.company.timezone
    items = tuple(
        OpsItem(
            str(each),
            f"The digest goes out by itself when data arrive, or {local(one.until, zone)} "
            "without them.",
            "See why nothing comes, or send it as it is:",
            commands=(f"keepwell digest --send --period {one.period}",),
        )
        for each in one.stale
    )
    headline = f"The digest of {one.period} is held"
    return _about_waiting(steps, workspace, one.period, ("held", headline), items)


def released_notice(
    steps: Steps, workspace: Workspace, period: Period, labels: Sequence[DataNote]
) -> tuple[Outgoing, ...]:
    """Return the message that says how the wait of a digest ended: with the data, or without."""
    lacking = [one.text for one in labels if one.kind == WITHOUT]
    items = tuple(OpsItem("It did not wait any longer", text) for text in lacking)
    arrived = (OpsItem("The data it waited for have arrived", "Nothing is left to do."),)
    headline = f"The digest of {period} goes out"
    return _about_waiting(steps, workspace, period, ("released", headline), items or arrived)


def _about_waiting(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    about: tuple[str, str],
    items: tuple[OpsItem, ...],
) -> tuple[Outgoing, ...]:
    to, (key, headline) = workspace.settings.operators.to, about
    if not to:
        return ()
    inputs = OpsInputs(reader_of(workspace.settings), period.key, key, headline, items)
    message: Message = steps.ops_message(inputs)
    return (Outgoing(message, to),)


def _undelivered(workspace: Workspace) -> list[Entry]:
    found = entries(workspace.store, states=UNDELIVERED)
    return [one for one in found if one.kind != OPS and needs_a_person(one)]


def _about_deliveries(workspace: Workspace, untold: Sequence[Entry]) -> OpsInputs:
    count = len(untold)
    return OpsInputs(
        reader=reader_of(workspace.settings),
        period=untold[-1].period,
        # the fences make it another message when the same entries are refused once more
        subject_key=f"undelivered-{mark_of([f'{one.id}.{one.fence}' for one in untold])}",
        headline=f"{count} {'message' if count == 1 else 'messages'} did not go out",
        items=tuple(_items(untold)),
    )


def _items(untold: Sequence[Entry]) -> Iterator[OpsItem]:
    """Yield one thing for each reason: a channel that refuses us has one for all its messages."""
    by_reason = dict[tuple[str, Problem], list[Entry]]()
    for one in untold:
        reason = (one.channel, one.problem or Problem("", str(one.state)))
        by_reason.setdefault(reason, []).append(one)
    for (_, problem), concerned in by_reason.items():
        yield _item(problem, concerned)


def _item(problem: Problem, concerned: Sequence[Entry]) -> OpsItem:
    first, *others = concerned
    numbers = " ".join(str(one.id) for one in concerned)
    title = f"{len(concerned)} messages by {first.channel}" if others else first.subject
    return OpsItem(
        title=title,
        what=" ".join(part for part in (problem.what, problem.where) if part),
        where=", ".join(one.to for one in concerned[:MOST_NAMED]) + (" ..." if others[2:] else ""),
        todo=problem.todo,
        commands=tuple(_commands(numbers, first)),
    )


def _commands(numbers: str, first: Entry) -> Iterator[str]:
    """Yield what to type: for the same recipients again, and after one was changed."""
    yield f"keepwell outbox retry {numbers}"
    if first.kind == DIGEST:
        again = f"keepwell digest --send --period {first.period}"
        yield f"{again}   # after a change of recipients"


def mark_of(texts: Iterable[str]) -> str:
    """Return letters that stand for these texts in any order: the same is told once."""
    return sha256("\0".join(sorted(texts)).encode("utf-8", "replace")).hexdigest()[:12]
