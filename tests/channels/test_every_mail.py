"""Every story, as the mail and the files it becomes: complete, and its pictures resolve."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from re import findall

import pytest

from tasks.channels.file import FileSettings, contents, send
from tasks.messages.alert import alert_view
from tasks.messages.digest import digest_view
from tasks.messages.render import render_alert, render_digest
from tests.channels.messages import NOW
from tests.messages.stories import ALERTS, DIGESTS

MADE = {
    **{
        f"digest-{name}": lambda made=made: render_digest(digest_view(made()))
        for name, made in DIGESTS.items()
    },
    **{
        f"alert-{name}": lambda made=made: render_alert(alert_view(made()))
        for name, made in ALERTS.items()
    },
}


@pytest.mark.parametrize("story", MADE)
def test_a_mail_has_text_html_and_every_picture_it_asks_for(story):
    message = MADE[story]()
    mail = message_from_bytes(contents(message, "board", NOW)[".eml"], policy=default)
    html = mail.get_body(("html",)).get_content()
    there = [part["Content-ID"].strip("<>") for part in mail.walk() if part["Content-ID"]]
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == message.text
    assert findall(r'src="cid:([^"]+)"', html) == there
    assert message.preheader.split(" ")[0] in html
    assert mail["Bcc"] is None
    assert not mail.defects


@pytest.mark.parametrize("story", MADE)
def test_every_picture_says_in_words_what_it_shows(story):
    message = MADE[story]()
    assert all(len(image.alt) > len("Chart: ") for image in message.images)
    assert message.html.count("alt=") == len(message.images)


def test_hostile_names_stay_inside_the_folder(tmp_path):
    receipt = send(
        MADE["alert-hostile_names"](),
        "../<b>/board",
        settings=FileSettings(path=tmp_path / "out"),
        now=NOW,
    )
    assert Path(receipt.id).parent.parent == tmp_path / "out"
    assert len(Path(receipt.id).name) < 150
