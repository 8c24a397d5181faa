"""How much fits into a Slack message? Blocks cut to Slack's limits, and a check of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Block = Mapping[str, Any]

MOST_BLOCKS = 50
SECTION_LIMIT = 3000
FIELD_LIMIT = 2000
HEADER_LIMIT = 150
MOST_FIELDS = 10
MOST_ELEMENTS = 10
CONTEXT_LIMIT = 2000
KINDS = frozenset({"header", "section", "context", "divider"})
_ENTITIES = ("&amp;", "&lt;", "&gt;")


def fitted(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], ...]:
    """Return ``blocks`` as one or more messages that Slack takes.

    A long section becomes several, cut between lines; a long header ends in an ellipsis; what goes
    beyond 50 blocks becomes a further message.
    """
    cut = [piece for block in blocks for piece in _cut(block)]
    return tuple(
        tuple(cut[first : first + MOST_BLOCKS]) for first in range(0, len(cut), MOST_BLOCKS)
    )


def _cut(block: Block) -> tuple[Block, ...]:
    if block["type"] == "header":
        return (_with_text(block, shortened(block["text"]["text"], HEADER_LIMIT)),)
    if block["type"] == "section":
        return tuple(_with_text(block, text) for text in pieces(block["text"]["text"]))
    if block["type"] == "context":
        short = [
            {**each, "text": shortened(each["text"], CONTEXT_LIMIT)} for each in block["elements"]
        ]
        return ({**block, "elements": short[:MOST_ELEMENTS]},)
    return (block,)


def _with_text(block: Block, text: str) -> Block:
    return {**block, "text": {**block["text"], "text": text}}


def pieces(text: str, limit: int = SECTION_LIMIT) -> tuple[str, ...]:
    """Return ``text`` in pieces of at most ``limit`` characters, cut between lines."""
    made: list[str] = []
    for line in text.split("\n"):
        fits = shortened(line, limit)
        if made and len(made[-1]) + 1 + len(fits) <= limit:
            made[-1] += "\n" + fits
        else:
            made.append(fits)
    return tuple(piece for piece in made if piece.strip())


def shortened(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, never cut inside ``&amp;`` and its like."""
    if len(text) <= limit:
        return text
    end = limit - 1
    begun = text.rfind("&", max(0, end - max(map(len, _ENTITIES)) + 1), end)
    if begun >= 0 and text.find(";", begun) >= end:
        end = begun
    return text[:end] + "…"


def mistakes(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return a sentence for everything in ``blocks`` that Slack would refuse; empty when fine."""
    all_blocks = tuple(blocks)
    found = [] if all_blocks else ["no blocks at all"]
    if len(all_blocks) > MOST_BLOCKS:
        found.append(f"{len(all_blocks)} blocks, Slack takes {MOST_BLOCKS}")
    for place, block in enumerate(all_blocks):
        found += [f"block {place}: {mistake}" for mistake in _mistakes_in(block)]
    return tuple(found)


def _mistakes_in(block: Block) -> list[str]:
    kind = block.get("type")
    if kind not in KINDS:
        return [f"type {kind!r} is not one we send"]
    if kind == "header":
        return _text_mistakes(block.get("text"), HEADER_LIMIT, "plain_text")
    if kind == "section":
        return _section_mistakes(block)
    if kind == "context":
        elements = block.get("elements") or ()
        found = [] if 0 < len(elements) <= MOST_ELEMENTS else [f"{len(elements)} elements"]
        return found + [
            each for part in elements for each in _text_mistakes(part, CONTEXT_LIMIT, "mrkdwn")
        ]
    return []


def _section_mistakes(block: Block) -> list[str]:
    fields = block.get("fields") or ()
    found = [f"{len(fields)} fields"] if len(fields) > MOST_FIELDS else []
    for field in fields:
        found += _text_mistakes(field, FIELD_LIMIT, "mrkdwn")
    if "text" in block or not fields:
        found += _text_mistakes(block.get("text"), SECTION_LIMIT, "mrkdwn")
    return found


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
