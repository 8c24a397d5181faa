"""Slack, in two ways: as an app with a bot token, and through an incoming webhook.

``bot`` and ``webhook`` are the channels. ``places`` finds where a recipient is, ``history`` what is
there already, ``pictures`` brings charts along; ``api`` and ``http`` ask Slack, and ``refusals``
puts what it answers into our words.
"""

from __future__ import annotations

from tasks.channels.slack import bot, webhook

__all__ = ["bot", "webhook"]
