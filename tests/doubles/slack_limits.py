"""What does Slack refuse in blocks? Written from its documents, not from our own check."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Ready = Callable[[str], bool]  # whether a file with that id can be shown

MOST_IN_ALL = 13_200
KEYS = {
    "header": {"type", "text", "block_id"},
    "section": {"type", "text", "fields", "block_id", "accessory", "expand"},
    "context": {"type", "elements", "block_id"},
    "divider": {"type", "block_id"},
    "actions": {"type", "elements", "block_id"},
    "image": {"type", "alt_text", "slack_file", "image_url", "title", "block_id"},
}
OBEYED = re.compile(r"<(?:[!@#]|https?:|mailto:|tel:)[^>]*>")
FILE_ID = re.compile(r"^F[A-Z0-9]{8,}$")


def complaints(blocks: object, ready: Ready) -> list[str]:
    """Return what Slack's answer would list; empty when the blocks are taken."""
    if not isinstance(blocks, list) or not blocks:
        return ["must provide a non-empty list [json-pointer:/blocks]"]
    found = ["no more than 50 items allowed [json-pointer:/blocks]"] if len(blocks) > 50 else []
    for place, block in enumerate(blocks):
        found += [f"{each} [json-pointer:/blocks/{place}]" for each in _in_block(block, ready)]
    return found


def too_long_in_all(blocks: object) -> bool:
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MOST_IN_ALL


def _in_block(block: Any, ready: Ready) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in KEYS:
        yield f"unsupported type: {kind}"
        return
    yield from (f"invalid additional property: {key}" for key in set(block) - KEYS[kind])
    match kind:
        case "header":
            yield from _text(block.get("text"), 150, {"plain_text"})
        case "section":
            yield from _section(block)
        case "context":
            yield from _context(block.get("elements"))
        case "image":
            yield from _image(block, ready)
        case "actions":
            yield from _actions(block.get("elements"))


def _actions(elements: Any) -> Iterator[str]:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        yield "between 1 and 25 items allowed"
        return
    names = [each.get("action_id") for each in elements]
    if len(set(names)) < len(names):
        yield "action_id should be unique"
    for each in elements:
        if each.get("type") != "button" or not 0 < len(each.get("action_id") or "") <= 255:
            yield "unsupported element"
        if len(each.get("value") or "") > 2000:
            yield "must be less than 2001 characters"
        yield from _text(each.get("text"), 75, {"plain_text"})


def _section(block: Mapping[str, Any]) -> Iterator[str]:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield "missing required field: text"
    if "text" in block:
        yield from _text(block["text"], 3000)
    if fields is not None and not 1 <= len(fields) <= 10:
        yield "no more than 10 items allowed"
    for field in fields or ():
        yield from _text(field, 2000)


def _context(elements: Any) -> Iterator[str]:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        yield "no more than 10 items allowed"
        return
    for element in elements:
        yield from _text(element, 2000)


def _image(block: Mapping[str, Any], ready: Ready) -> Iterator[str]:
    words, file = block.get("alt_text"), block.get("slack_file")
    if not isinstance(words, str) or not 1 <= len(words) <= 2000:
        yield "must be between 1 and 2000 characters: alt_text"
    if "image_url" in block:
        return
    name = file.get("id") if isinstance(file, dict) else None
    if not isinstance(name, str) or not FILE_ID.match(name):
        yield "input must match regex pattern: ^[F][A-Z0-9]{8,}$"
    elif not ready(name):
        yield "invalid slack file"


def _text(
    text: Any, limit: int, kinds: set[str] = frozenset({"mrkdwn", "plain_text"})
) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield "unsupported type of text"
        return
    extra = {"type", "text", "verbatim" if text["type"] == "mrkdwn" else "emoji"}
    yield from (f"invalid additional property: {key}" for key in set(text) - extra)
    written = text.get("text")
    if not isinstance(written, str) or not written:
        yield "must be more than 0 characters"
    elif len(written) > limit:
        yield f"must be less than {limit + 1} characters"


def obeyed(value: object) -> list[str]:
    """Return everything in texts that Slack would turn into a mention or a link."""
    if isinstance(value, str):
        return OBEYED.findall(value)
    if isinstance(value, Mapping):
        loose = value.get("type") == "mrkdwn" and value.get("verbatim") is not True
        found = [f"not verbatim: {value.get('text')}"] if loose else []
        return found + [each for part in value.values() for each in obeyed(part)]
    if isinstance(value, list | tuple):
        return [each for part in value for each in obeyed(part)]
    return []
