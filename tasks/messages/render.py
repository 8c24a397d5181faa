"""How does a view become a message: HTML, plain text, Markdown, Slack blocks and pictures?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import mjml

from tasks.messages.drawing import draw
from tasks.messages.slackblocks import fitted
from tasks.messages.templates import show, tidy
from tasks.messages.view import AlertView, Chart, DigestView, OpsView, RecoveryView
from tasks.model import Image, Message

if TYPE_CHECKING:
    from tasks.blockkit import Block


View = DigestView | AlertView | RecoveryView | OpsView
_NO_ROLE = re.compile("<table(?![^>]* role=)")
Draw = Callable[[Chart], Image]


def render_digest(view: DigestView, draw: Draw = draw) -> Message:
    """Return the digest in every format, its charts included; ``draw`` makes them pictures."""
    return _rendered(view, draw)


def render_alert(view: AlertView, draw: Draw = draw) -> Message:
    """Return the alert in every format, its chart included; ``draw`` makes it a picture."""
    return _rendered(view, draw)


def render_recovery(view: RecoveryView, draw: Draw = draw) -> Message:
    """Return the end of an alert in every format; ``draw`` makes its chart a picture."""
    return _rendered(view, draw)


def render_ops(view: OpsView) -> Message:
    """Return the message to operators in every format; it has no pictures."""
    return _rendered(view, undrawn)


def undrawn(chart: Chart) -> Image:
    """Return a picture without a picture, for those who only read the text."""
    return Image(chart.name, b"", chart.alt)


def _rendered(view: View, draw: Draw) -> Message:
    first, thread = slack_messages(view)
    return Message(
        kind=view.kind,
        subject_key=view.subject_key,
        period=view.period,
        subject=view.subject,
        preheader=view.preheader,
        text=text(view),
        html=html(view),
        markdown=markdown(view),
        slack_blocks=first,
        slack_thread=thread,
        images=tuple(draw(chart) for chart in view.charts),
    )


def text(view: View) -> str:
    """Return the plain text."""
    return tidy(show(view.template, "text", view=view))


def markdown(view: View) -> str:
    """Return the Markdown."""
    return tidy(show(view.template, "markdown", view=view))


def html(view: View) -> str:
    """Return the mail's HTML; its pictures are asked for as ``cid:<name>@keepwell``."""
    made = mjml.mjml2html(show(view.template, "html.mjml", view=view))
    # the engine forgets it on mj-table; without it a screen reader counts out rows and columns
    return _NO_ROLE.sub('<table role="presentation"', str(made))


def slack_messages(view: View) -> tuple[tuple[Block, ...], tuple[tuple[Block, ...], ...]]:
    """Return the blocks of the first message and those of each message in its thread."""
    told = json.loads(show(view.template, "slack.json", view=view))
    first, *overflow = fitted(told["message"])
    return first, (*overflow, *fitted(told["thread"]))
