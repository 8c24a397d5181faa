"""What are operators told: what happened, where, and what to do, so that it reads at 3 a.m.?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.messages.outside import clean
from tasks.messages.subject import PREHEADER_LIMIT, SUBJECT_LIMIT
from tasks.messages.view import OpsView, Thing
from tasks.messages.wording import SIGNS, as_sentence, counted, period_title
from tasks.model import Severity

if TYPE_CHECKING:
    from tasks.messages.inputs import Reader

MOST_THINGS = 20
TITLE_LIMIT = 160
WHAT_LIMIT = 400  # an answer of a server says what it has to say in less, or never
SEE_ALL = "keepwell status"
_TYPABLE = re.compile(r"(?!.*(?:://|www\.))[A-Za-z0-9 ._:/=@,+#'\"{}-]+")
_ADDRESS = re.compile(r"(?:email:)?[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class OpsItem:
    """One thing operators should know: what happened, where, and what to do about it.

    A mail address as ``where`` is shown exactly, as it may be copied from there.
    ``commands`` are what to type, each shown on a line of its own, exactly as it is; they are our
    own words, and one that holds anything else (marks, links, letters of a name) is left out.
    """

    title: str
    what: str
    todo: str = ""
    where: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpsInputs:
    """Everything one message to operators says; ``period`` is a key such as ``2026-W47``."""

    reader: Reader
    period: str
    subject_key: str
    headline: str
    items: tuple[OpsItem, ...] = ()


def ops_view(inputs: OpsInputs) -> OpsView:
    """Return the message to operators as a view: the headline, then each thing on its own."""
    title = clean(inputs.headline.rstrip("."), TITLE_LIMIT)
    rest = len(inputs.items) - MOST_THINGS
    return OpsView(
        subject_key=clean(inputs.subject_key),
        company=clean(inputs.reader.company),
        period=inputs.period,
        about=period_title(inputs.period) if inputs.period else "",
        sign=SIGNS[Severity.WARNING],
        title=title,
        subject=clean(f"{SIGNS[Severity.WARNING]} {title}", SUBJECT_LIMIT),
        preheader=_preheader(inputs),
        things=tuple(map(_thing, inputs.items[:MOST_THINGS])),
        more=f"{counted(rest, 'more', 'more')}, all listed by:" if rest > 0 else "",
        see_all=SEE_ALL,
        footer=("You get this because keepwell.yaml names you under operators.",),
    )


def _preheader(inputs: OpsInputs) -> str:
    first = inputs.items[0].what if inputs.items else inputs.headline
    return clean(as_sentence(clean(first, WHAT_LIMIT)), PREHEADER_LIMIT)


def _thing(item: OpsItem) -> Thing:
    is_address = bool(_ADDRESS.fullmatch(item.where))
    return Thing(
        title=clean(item.title, TITLE_LIMIT),
        what=_sentence(item.what),
        where=clean(item.where, TITLE_LIMIT) if item.where and not is_address else "",
        address=item.where if is_address else "",
        todo=_sentence(item.todo) if item.todo else "",
        commands=tuple(command for command in item.commands if _TYPABLE.fullmatch(command)),
    )


def _sentence(text: str) -> str:
    """Return ``text`` with a capital and an end; a colon that leads to a command may be the end."""
    said = clean(text, WHAT_LIMIT)
    return said if said.endswith(":") else as_sentence(said)
