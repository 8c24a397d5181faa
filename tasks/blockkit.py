"""What does Slack take? Its limits, a check of our own, and blocks without their pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

Block = Mapping[str, Any]

MOST_BLOCKS = 50
MESSAGE_LIMIT = 12_000  # written as JSON; Slack names no figure, and has refused less than 13,300
SECTION_LIMIT = 3000
FIELD_LIMIT = 2000
HEADER_LIMIT = 150
MOST_FIELDS = 10
MOST_ELEMENTS = 10
CONTEXT_LIMIT = 2000
ALT_LIMIT = 2000
MOST_BUTTONS = 25
BUTTON_LIMIT = 75
ACTION_ID_LIMIT = 255
BUTTON_VALUE_LIMIT = 2000
KINDS = frozenset({"header", "section", "context", "divider", "image", "actions"})
_ENTITIES = ("&amp;", "&lt;", "&gt;")


def mistakes(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return a sentence for everything in ``blocks`` that Slack would refuse; empty when fine."""
    all_blocks = tuple(blocks)
    found = [] if all_blocks else ["no blocks at all"]
    if len(all_blocks) > MOST_BLOCKS:
        found.append(f"{len(all_blocks)} blocks, Slack takes {MOST_BLOCKS}")
    if (size := sum(map(size_of, all_blocks))) > MESSAGE_LIMIT:
        found.append(f"{size} characters in all, Slack takes {MESSAGE_LIMIT}")
    for place, block in enumerate(all_blocks):
        found += [f"block {place}: {mistake}" for mistake in _mistakes_in(block)]
    return tuple(found)


def size_of(block: Block) -> int:
    """Return how many characters of ``MESSAGE_LIMIT`` a block takes."""
    return len(json.dumps(block, ensure_ascii=False, separators=(",", ":"))) + 1  # a comma


def shortened(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, never cut inside ``&amp;`` and its like."""
    if len(text) <= limit:
        return text
    end = limit - 1
    begun = text.rfind("&", max(0, end - max(map(len, _ENTITIES)) + 1), end)
    if begun >= 0 and text.find(";", begun) >= end:
        end = begun
    return text[:end] + "…"


def escaped(text: str) -> str:
    """Return ``text`` so that Slack shows it as it is: nothing in it is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def without_pictures(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return ``blocks`` with every picture replaced by the words that say what it shows."""
    return tuple(in_words(block) if block.get("type") == "image" else block for block in blocks)


def in_words(picture: Block) -> Block:
    """Return the context block that stands where ``picture`` cannot be shown."""
    # whoever wrote the words may have escaped them, so only what Slack would obey is escaped here
    words = str(picture.get("alt_text") or "(a picture)").replace("<", "&lt;").replace(">", "&gt;")
    text = {"type": "mrkdwn", "verbatim": True, "text": shortened(words, CONTEXT_LIMIT)}
    return {"type": "context", "elements": [text]}


def _mistakes_in(block: Block) -> list[str]:
    kind = block.get("type")
    if kind not in KINDS:
        return [f"type {kind!r} is not one we send"]
    if kind == "header":
        return _text_mistakes(block.get("text"), HEADER_LIMIT, "plain_text")
    if kind == "section":
        return _section_mistakes(block)
    if kind == "image":
        return _picture_mistakes(block)
    if kind == "actions":
        return _actions_mistakes(block)
    return _context_mistakes(block) if kind == "context" else []


def _context_mistakes(block: Block) -> list[str]:
    elements = block.get("elements") or ()
    found = [] if 0 < len(elements) <= MOST_ELEMENTS else [f"{len(elements)} elements"]
    return found + [
        each for part in elements for each in _text_mistakes(part, CONTEXT_LIMIT, "mrkdwn")
    ]


def _actions_mistakes(block: Block) -> list[str]:
    """Return what is wrong with a row of buttons; no two may have one ``action_id``."""
    buttons = tuple(block.get("elements") or ())
    found = [] if 0 < len(buttons) <= MOST_BUTTONS else [f"{len(buttons)} buttons"]
    if len({button.get("action_id") for button in buttons}) < len(buttons):
        found.append("two buttons with one action_id")
    return found + [mistake for button in buttons for mistake in _button_mistakes(button)]


def _button_mistakes(button: Mapping[str, Any]) -> list[str]:
    found = [] if button.get("type") == "button" else [f"type {button.get('type')!r} is no button"]
    for name, limit in (("action_id", ACTION_ID_LIMIT), ("value", BUTTON_VALUE_LIMIT)):
        given = button.get(name)
        if not isinstance(given, str) or not 0 < len(given) <= limit:
            found.append(f"a button's {name} has 1 to {limit} characters")
    return found + _text_mistakes(button.get("text"), BUTTON_LIMIT, "plain_text")


def _section_mistakes(block: Block) -> list[str]:
    fields = block.get("fields") or ()
    found = [f"{len(fields)} fields"] if len(fields) > MOST_FIELDS else []
    for field in fields:
        found += _text_mistakes(field, FIELD_LIMIT, "mrkdwn")
    if "text" in block or not fields:
        found += _text_mistakes(block.get("text"), SECTION_LIMIT, "mrkdwn")
    return found


def _picture_mistakes(block: Block) -> list[str]:
    file, words = block.get("slack_file"), block.get("alt_text")
    found = [] if isinstance(file, Mapping) and file.get("id") else ["a picture without a file"]
    if not isinstance(words, str) or not words.strip():
        return [*found, "a picture without words"]
    too_long = f"{len(words)} characters, Slack takes {ALT_LIMIT}"
    return [*found, too_long] if len(words) > ALT_LIMIT else found


def _text_mistakes(text: object, limit: int, kind: str) -> list[str]:
    if not isinstance(text, Mapping) or text.get("type") != kind:
        return [f"needs a text of type {kind}"]
    written = text.get("text")
    if not isinstance(written, str) or not written.strip():
        return ["an empty text"]
    found = [f"{len(written)} characters, Slack takes {limit}"] if len(written) > limit else []
    if kind == "mrkdwn" and text.get("verbatim") is not True:
        found.append("is not verbatim: Slack would make links of names")
    if "<" in written or ">" in written:
        found.append("has an unescaped < or >")
    return found
