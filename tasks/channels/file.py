"""How does a message become files: HTML, mail, Slack blocks, Markdown, text and pictures?"""

from __future__ import annotations

import errno
import json
import os
import re
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from tasks.blockkit import without_pictures
from tasks.calendar import read_key
from tasks.channels.base import Attempt, Channel, channel
from tasks.channels.multipart import NOWHERE, PICTURES_AT, fingerprint, mail, mailbox
from tasks.config.base import ChannelSettings
from tasks.config.context import context_of
from tasks.errors import DeliveryRejected, DestinationUnavailable
from tasks.model import Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tasks.model import Message

FOLDER = Path("out")
SENDER = mailbox("Keepwell", "keepwell", NOWHERE)
_UNFIT = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 60
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def _beside_configuration(path: Path, info: ValidationInfo) -> Path:
    return context_of(info).path.parent / path.expanduser()


class FileSettings(ChannelSettings):
    """``channels.file``: where the files go; a relative path starts at the configuration file."""

    path: Annotated[
        Path,
        AfterValidator(_beside_configuration),
        Field(description="the folder the files are written to", validate_default=True),
    ] = FOLDER


def send(
    message: Message, recipient: str, *, settings: FileSettings, attempt: Attempt, now: datetime
) -> Receipt:
    """Return a receipt whose id is the path of the HTML; the same message again replaces its files.

    Every file appears whole or not at all. Raise ``DestinationUnavailable`` where the disk is full
    and ``DeliveryRejected`` where the folder cannot be written to.
    """
    folder = settings.path / fit(recipient)
    files = contents(message, recipient, now, attempt.key)
    page = attempt.once("files", lambda: _written(folder, stem(message), files), _never_there)
    return Receipt("file", recipient, page, now)


def _written(folder: Path, name: str, files: Mapping[str, bytes]) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in files.items():
            write_whole(folder / f"{name}{suffix}", content)
    except OSError as error:
        raise refused(error, folder) from error
    return str(folder / f"{name}.html")


def _never_there(_since: datetime) -> None:
    """Say that the files are not there: writing them once more puts the same in their place."""


def contents(message: Message, recipient: str, now: datetime, key: str = "") -> Mapping[str, bytes]:
    """Return the bytes of every file by what follows the name: ``.html``, ``-chart-1.png``."""
    thread = [without_pictures(blocks) for blocks in message.slack_thread]
    blocks = {"blocks": without_pictures(message.slack_blocks), "thread": thread}
    pictures = {f"-{image.name}.png": image.png for image in message.images}
    return {
        **pictures,
        ".txt": message.text.encode(),
        ".md": message.markdown.encode(),
        ".slack.json": json.dumps(blocks, ensure_ascii=False, indent=1).encode(),
        ".eml": _as_mail(message, recipient, now, key),
        ".html": with_pictures_inside(message).encode(),
    }


def _as_mail(message: Message, recipient: str, now: datetime, key: str) -> bytes:
    """Return the mail that a mailbox would get; a folder has none, so it goes to nobody."""
    to = mailbox(recipient, "nobody", NOWHERE)
    identity = key or fingerprint(message, recipient)
    return bytes(mail(message, sender=SENDER, recipient=to, now=now, identity=identity))


def with_pictures_inside(message: Message) -> str:
    """Return the HTML with its pictures in it, so that the one file can be opened and passed on."""
    html = message.html
    for image in message.images:
        inside = f"data:image/png;base64,{b64encode(image.png).decode()}"
        html = html.replace(f"cid:{image.name}@{PICTURES_AT}", inside)
    return html


def stem(message: Message) -> str:
    """Return the name all files of a message begin with: ``week-2026-W47``.

    A digest for an audience of its own, and an alert, say whose or what they are about; what
    operators are told of no period has none in its name.
    """
    about = "" if message.subject_key == "company" else f"-{fit(message.subject_key)}"
    kind = str(read_key(message.period).grain) if message.kind == "digest" else message.kind
    return "-".join(filter(None, (kind, message.period))) + about


def fit(text: str) -> str:
    """Return ``text`` as part of a path that leads nowhere else.

    Where it had to be changed it ends in a few letters of its own, so that two texts never meet.
    """
    kept = _UNFIT.sub("-", text).strip("-.")[:_LONGEST_NAME]
    return kept if kept == text else f"{kept}-{_own_letters(text)}".lstrip("-")


def _own_letters(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:6]


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` so that ``path`` holds the old bytes or the new, never half of them."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
        written = Path(part.name)
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            written.chmod(0o644)
            written.replace(path)
        except OSError:
            with suppress(OSError):
                written.unlink()
            raise


def refused(error: OSError, folder: Path) -> DeliveryRejected | DestinationUnavailable:
    """Return what a failed write means: try again where the disk is full, else change something."""
    where = f"Folder {folder}: {error.strerror or error}."
    if error.errno in _FULL:
        return DestinationUnavailable(
            "The message could not be written, the disk is full.",
            where=where,
            todo="Make room there and send it again.",
        )
    return DeliveryRejected(
        "The message could not be written.",
        where=where,
        todo="Set channels.file.path to a folder you may write to.",
    )


def mistake_in(recipient: str) -> str:
    """Return what is wrong with a recipient, in a sentence; any name can be made a folder's."""
    return "" if recipient.strip() else "A folder has a name. Write one, such as file:board."


FILE = channel(
    Channel(
        "file", FileSettings, send, "a folder below channels.file.path, such as board", mistake_in
    )
)
