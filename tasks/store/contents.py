"""How is a message kept? As compressed JSON, pictures included; it comes back as it was."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tasks.model import Image, Message

if TYPE_CHECKING:
    from collections.abc import Mapping


def packed(message: Message) -> bytes:
    """Return ``message`` as bytes."""
    plain: dict[str, Any] = {each.name: getattr(message, each.name) for each in fields(message)}
    plain["images"] = [
        {"name": image.name, "png": b64encode(image.png).decode(), "alt": image.alt}
        for image in message.images
    ]
    return zlib.compress(json.dumps(plain).encode("ascii"))


def unpacked(content: bytes) -> Message:
    """Return the message that was ``packed``."""
    plain: Mapping[str, Any] = json.loads(zlib.decompress(content))
    images = (
        Image(image["name"], b64decode(image["png"]), image["alt"]) for image in plain["images"]
    )
    return Message(
        **{
            **plain,
            "images": tuple(images),
            "slack_blocks": tuple(plain["slack_blocks"]),
            "slack_thread": tuple(map(tuple, plain["slack_thread"])),
        }
    )
