"""Every story, as the mail and the files it becomes: complete, and its pictures resolve."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from functools import cache
from pathlib import Path
from re import findall

import pytest

from tasks.channels import email
from tasks.channels.base import Unrecorded
from tasks.channels.file import FileSettings, contents, send
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW
from tests.channels.serving import settings_for
from tests.doubles.smtp import MailServer
from tests.messages.standard import MESSAGES

CLIPPED_AT = 102 * 1024  # bytes of HTML beyond which Gmail hides the rest
EVERY_STORY = pytest.mark.parametrize("story", MESSAGES)


@cache
def made(story):
    return MESSAGES[story]()


@pytest.fixture(scope="module")
def server():
    with MailServer() as running:
        yield running


@EVERY_STORY
def test_a_mail_has_text_html_and_every_picture_it_asks_for(story):
    message = made(story)
    mail = message_from_bytes(contents(message, "board", NOW)[".eml"], policy=default)
    complete(mail, message)


def complete(mail, message):
    html = mail.get_body(("html",)).get_content()
    there = [part["Content-ID"].strip("<>") for part in mail.walk() if part["Content-ID"]]
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == message.text
    assert html.replace("\r\n", "\n").rstrip("\n") == message.html.rstrip("\n")
    assert findall(r'src="cid:([^"]+)"', html) == there
    assert [part.defects for part in mail.walk() if part.defects] == []
    assert mail["Bcc"] is None


@EVERY_STORY
def test_a_mail_arrives_through_a_server_as_it_was_written(story, server):
    address = f"{story.replace('_', '-')}@example.com"
    email.send(made(story), address, settings=settings_for(server), attempt=Remembered(), now=NOW)
    (arrived,) = server.delivered(address)
    complete(arrived.mail, made(story))
    assert arrived.mail["Subject"] == made(story).subject
    assert [box.addr_spec for box in arrived.mail["To"].addresses] == [address]
    assert arrived.raw.isascii()
    assert max(map(len, arrived.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in arrived.raw.replace(b"\r\n", b"")


@EVERY_STORY
def test_the_preheader_comes_first_and_is_not_seen(story):
    html = made(story).html
    body = html[html.index("<body") :]
    hidden = findall(r'<div style="display:none;[^"]*">([^<]*)', body)
    assert hidden[0].strip().split(" ")[0] == made(story).preheader.split(" ")[0]
    assert body.index("display:none") < body.index("<table")


@EVERY_STORY
def test_no_story_is_clipped_by_gmail(story):
    assert len(made(story).html.encode()) < CLIPPED_AT


@EVERY_STORY
def test_every_picture_says_in_words_what_it_shows(story):
    message = made(story)
    assert all(len(image.alt) > len("Chart: ") for image in message.images)
    assert message.html.count("alt=") == len(message.images)


def test_hostile_names_stay_inside_the_folder(tmp_path):
    receipt = send(
        made("alert-hostile_names"),
        "../<b>/board",
        settings=FileSettings(path=tmp_path / "out"),
        attempt=Unrecorded(),
        now=NOW,
    )
    assert Path(receipt.id).parent.parent == tmp_path / "out"
    assert len(Path(receipt.id).name) < 150
