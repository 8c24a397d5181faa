"""How does a view become a message: HTML, plain text, Markdown, Slack blocks and pictures?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import mjml

from tasks.messages.drawing import draw
from tasks.messages.slackblocks import fitted
from tasks.messages.templates import show, tidy
from tasks.messages.view import AlertView, DigestView
from tasks.model import Message

if TYPE_CHECKING:
    from tasks.messages.slackblocks import Block


def render_digest(view: DigestView) -> Message:
    """Return the digest in every format, its charts included."""
    return _rendered("digest", view.audience, view)


def render_alert(view: AlertView) -> Message:
    """Return the alert in every format, its chart included."""
    return _rendered("alert", view.subject_key, view)


def _rendered(kind: str, subject_key: str, view: DigestView | AlertView) -> Message:
    first, thread = slack_messages(kind, view)
    return Message(
        kind=kind,
        subject_key=subject_key,
        period=view.period,
        subject=view.subject,
        preheader=view.preheader,
        text=tidy(show(kind, "text", view=view)),
        html=html(kind, view),
        markdown=tidy(show(kind, "markdown", view=view)),
        slack_blocks=first,
        slack_thread=thread,
        images=tuple(draw(chart) for chart in view.charts),
    )


def html(kind: str, view: DigestView | AlertView) -> str:
    """Return the mail's HTML; its pictures are asked for as ``cid:<name>@keepwell``."""
    return str(mjml.mjml2html(show(kind, "html.mjml", view=view)))


def slack_messages(
    kind: str, view: DigestView | AlertView
) -> tuple[tuple[Block, ...], tuple[tuple[Block, ...], ...]]:
    """Return the blocks of the first message and those of each message in its thread."""
    told = json.loads(show(kind, "slack.json", view=view))
    first, *overflow = fitted(told["message"])
    return first, (*overflow, *fitted(told["thread"]))
