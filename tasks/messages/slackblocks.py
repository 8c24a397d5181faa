"""How much fits into a Slack message? Blocks cut to its limits, the rest in further messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tasks.blockkit import (
    CONTEXT_LIMIT,
    HEADER_LIMIT,
    MESSAGE_LIMIT,
    MOST_BLOCKS,
    MOST_ELEMENTS,
    SECTION_LIMIT,
    Block,
    shortened,
    size_of,
)

__all__ = ["fitted", "pieces"]


def fitted(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], ...]:
    """Return ``blocks`` as one or more messages that Slack takes.

    A long section becomes several, cut between lines; a long header ends in an ellipsis; what goes
    beyond 50 blocks, or beyond the length of a whole message, becomes a further message.
    """
    return tuple(_messages(piece for block in blocks for piece in _cut(block)))


def _messages(blocks: Iterable[Block]) -> Iterator[tuple[Block, ...]]:
    message: list[Block] = []
    for block in blocks:
        if len(message) == MOST_BLOCKS or sum(map(size_of, [*message, block])) > MESSAGE_LIMIT:
            if message:
                yield tuple(message)
            message = []
        message.append(block)
    if message:
        yield tuple(message)


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
