"""What does an alert about one single customer say in its title, and what should be tried?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.messages.outside import clean, sentence
from tasks.rules.circumstances import Kind
from tasks.rules.event import EVENT, headline_of, kind_of

if TYPE_CHECKING:
    from tasks.model import Finding

ASK = {
    Kind.NOTICE: "Call them this week: ask what they would need to stay.",
    Kind.CONTRACTION: "Ask what they stopped using, and whether they try something else.",
    Kind.UNDECIDED: "Talk to whoever decides before the day passes; have an offer ready.",
    Kind.SILENCE: "Find out whether they are still there, and who has taken over.",
}
_NAME = re.compile(r"(?P<name>.+?) \([^()]* MRR, [^()]* of all\)")


def is_about_one(finding: Finding) -> bool:
    """Return whether a finding is about what happened at one customer."""
    return finding.rule == EVENT.key


def event_title(finding: Finding) -> str:
    """Return ``A large customer gave notice: Harbor Group``."""
    found = _NAME.match(sentence(finding.sentence))
    about = f": {clean(found['name'])}" if found else ""
    return f"{headline_of(finding)}{about}"


def event_action(finding: Finding) -> str:
    """Return what to try with a customer who gave notice, pays less, is undecided or silent."""
    return ASK[kind_of(finding)]
