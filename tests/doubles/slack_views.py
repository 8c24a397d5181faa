"""What does Slack refuse in a modal, and who may open one? Written from its documents."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

INPUTS = {"plain_text_input", "static_select", "datepicker", "radio_buttons"}


def open_view(workspace: Any, arguments: Mapping[str, Any]) -> dict[str, Any] | str:
    """Return the answer to ``views.open``, or the error's word."""
    user, until = workspace.triggers.pop(str(arguments.get("trigger_id")), (None, 0.0))
    if user is None:
        return "invalid_trigger"  # unknown, or exchanged already
    if time.monotonic() > until:
        return "expired_trigger_id"
    given = arguments.get("view")
    view = json.loads(given) if isinstance(given, str) else given
    if list(mistakes(view)):
        return "invalid_arguments"
    new = workspace.new_id("V")
    workspace.views.append((new, user, view))
    return {"view": {**view, "id": new}}


def mistakes(view: Any) -> Iterator[str]:
    if not isinstance(view, dict) or view.get("type") != "modal":
        yield "no modal"
        return
    if not 1 <= len(view["title"]["text"]) <= 24:
        yield "title"
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata"
    ids = [block.get("block_id") for block in view["blocks"] if block["type"] == "input"]
    if len(set(ids)) < len(ids) or None in ids:
        yield "block_id"
    if ids and "submit" not in view:
        yield "a modal with inputs has a submit"
    for block in view["blocks"]:
        yield from _in_block(block)


def _in_block(block: Mapping[str, Any]) -> Iterator[str]:
    if block["type"] not in {"input", "section", "context"}:
        yield "type"
    if block["type"] == "input":
        if block["label"]["type"] != "plain_text" or len(block["label"]["text"]) > 2000:
            yield "label"
        element = block["element"]
        if element["type"] not in INPUTS or not element.get("action_id"):
            yield "element"
        if element["type"] == "static_select" and not 1 <= len(element["options"]) <= 100:
            yield "options"
