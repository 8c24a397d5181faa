"""Messages for the outbox, and what one needs to look at it."""

from __future__ import annotations

from dataclasses import replace

from tasks.model import Message
from tasks.store import Outgoing, entries, put

DIGEST = Message(
    kind="digest",
    subject_key="company",
    period="2026-W47",
    subject="Week 47 · Starter/EMEA is leaving",
    preheader="Five of 61 left.",
    text="Five of 61 left.\n",
    html="<p>Five of 61 left.</p>",
    markdown="Five of 61 left.\n",
    slack_blocks=({"type": "divider"},),
)
TO = ("email:ana@example.com", "email:bo@example.com", "slack:#weekly")


def posted(store, *, to=TO, message=DIGEST, company="Acme", **other):
    """Put a digest into the outbox; return the numbers of its entries."""
    made = replace(message, **other)
    return put(store, [Outgoing(made, tuple(to))], company=company)


def states(store, ids=None):
    """Each recipient with its state."""
    return {one.to: str(one.state) for one in entries(store, ids=ids)}
