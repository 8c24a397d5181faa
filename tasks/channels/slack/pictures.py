"""How does a picture get into a Slack message, and what stands there if it cannot?"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import httpx

from tasks.blockkit import Block, in_words
from tasks.channels.slack import http
from tasks.errors import ChannelUnavailable, KeepwellError

if TYPE_CHECKING:
    from tasks.channels.slack.api import Patience, Slack
    from tasks.model import Image

Ids = Mapping[str, str]  # Slack's id of each picture, by our name for it


def placed(blocks: Sequence[Block], ids: Ids) -> tuple[Block, ...]:
    """Return ``blocks`` with Slack's ids of their pictures; one without an id becomes words."""
    return tuple(_placed(block, ids) if block.get("type") == "image" else block for block in blocks)


def _placed(block: Block, ids: Ids) -> Block:
    known = ids.get(wanted_by(block))
    return {**block, "slack_file": {"id": known}} if known else in_words(block)


def wanted_by(block: Block) -> str:
    """Return our name of the picture a block shows; empty where it shows none of ours."""
    file = block.get("slack_file")
    return str(file.get("id") or "") if isinstance(file, Mapping) else ""


def uploaded(
    slack: Slack, blocks: Sequence[Block], images: Sequence[Image], patience: Patience
) -> Ids:
    """Return the ids of the pictures ``blocks`` ask for, which nobody sees before they are posted.

    None where any of them cannot be uploaded, for whatever reason: a message without its chart is
    better than no message.
    """
    names = {wanted_by(block) for block in blocks}
    wanted = [image for image in images if image.name in names and image.png]
    if not wanted:
        return {}
    try:
        return _uploaded(slack, wanted, patience)
    except KeepwellError:
        return {}


def _uploaded(slack: Slack, images: Sequence[Image], patience: Patience) -> Ids:
    ids = {image.name: _sent(slack, image, patience) for image in images}
    files = json.dumps([{"id": each, "title": name} for name, each in ids.items()])
    slack.ask("files.completeUploadExternal", files=files)
    _wait(slack, list(ids.values()), patience)
    return ids


def _sent(slack: Slack, image: Image, patience: Patience) -> str:
    asked = {"filename": f"{image.name}.png", "length": len(image.png)}
    place = slack.whole("files.getUploadURLExternal", "file_id", "upload_url", **asked)
    if not _taken(str(place["upload_url"]), image.png, patience):
        raise ChannelUnavailable("Slack did not take a picture.")
    return str(place["file_id"])


def _taken(address: str, png: bytes, patience: Patience) -> bool:
    try:
        answer = http.post(address, png, kind="image/png", timeout_s=patience.timeout_s)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == httpx.codes.OK


def _wait(slack: Slack, ids: list[str], patience: Patience) -> None:
    """Wait, not for long, until Slack knows what it was given; before that it shows no picture."""
    for _ in range(patience.polls):
        ids = [each for each in ids if not _known(slack.ask("files.info", "file", file=each))]
        if not ids:
            return
        time.sleep(patience.poll_s)


def _known(file: Mapping[str, Any]) -> bool:
    return bool(file.get("mimetype"))
