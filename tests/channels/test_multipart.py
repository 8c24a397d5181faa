"""A mail is complete: text, HTML, pictures that resolve, and headers nobody can add to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from re import findall

import pytest

from tasks.channels.multipart import mail, message_id
from tests.channels.messages import NEXT_DAY, NOW, WEEKLY

SENDER = "Keepwell <kpi@example.com>"


def parsed(message=WEEKLY, recipient="ana@example.com", now=NOW):
    return message_from_bytes(
        bytes(mail(message, sender=SENDER, recipient=recipient, now=now)), policy=default
    )


def kinds(mail_):
    return [part.get_content_type() for part in mail_.walk()]


def test_a_mail_holds_text_and_html_with_its_pictures():
    assert kinds(parsed()) == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]


def test_text_and_html_arrive_as_they_were_written():
    got = parsed()
    assert got.get_body(("plain",)).get_content().replace("\r\n", "\n") == WEEKLY.text
    assert got.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == WEEKLY.html


def test_every_picture_the_html_asks_for_is_there():
    got = parsed()
    asked = findall(r'src="cid:([^"]+)"', got.get_body(("html",)).get_content())
    there = {part["Content-ID"].strip("<>"): part for part in got.walk() if part["Content-ID"]}
    assert asked == list(there) == ["chart-1@keepwell", "chart-2@keepwell"]
    assert there["chart-1@keepwell"].get_content() == WEEKLY.images[0].png
    assert there["chart-1@keepwell"].get_content_disposition() == "inline"


def test_a_message_without_pictures_is_still_complete():
    assert kinds(parsed(replace(WEEKLY, images=()))) == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_headers_say_who_when_and_what():
    got = parsed()
    assert (got["From"], got["To"]) == (SENDER, "ana@example.com")
    assert got["Subject"] == "Week 47 · Starter/EMEA is leaving"
    assert got["Date"].datetime == NOW


def test_the_same_message_to_the_same_reader_is_the_same_mail():
    first = mail(WEEKLY, sender=SENDER, recipient="ana@example.com", now=NOW)
    again = mail(WEEKLY, sender=SENDER, recipient="ana@example.com", now=NOW)
    assert bytes(first) == bytes(again)


def test_a_mail_sent_again_later_keeps_its_message_id():
    assert parsed()["Message-ID"] == parsed(now=NEXT_DAY)["Message-ID"]


@pytest.mark.parametrize(
    "other", [{"kind": "alert"}, {"subject_key": "csms"}, {"period": "2026-W46"}]
)
def test_another_message_has_another_message_id(other):
    assert message_id(replace(WEEKLY, **other), "a") != message_id(WEEKLY, "a")


def test_another_reader_has_another_message_id():
    assert message_id(WEEKLY, "ana@example.com") != message_id(WEEKLY, "bob@example.com")


@pytest.mark.parametrize("recipient", ["board", "#cs weekly", "Ana\r\nBcc: all@evil.example"])
def test_nobody_adds_a_header_through_a_name(recipient):
    message = replace(WEEKLY, subject="Week 47\r\nBcc: all@evil.example")
    got = parsed(message, recipient)
    assert got["Bcc"] is None
    assert got["Subject"] == "Week 47 Bcc: all@evil.example"


def test_a_folder_has_no_mailbox():
    assert parsed(recipient="board")["To"] == "board <nobody@keepwell.invalid>"


def test_every_line_is_short_enough_for_smtp():
    long = replace(WEEKLY, html="<p>" + "ünï" * 2000 + "</p>", subject="ü" * 500)
    raw = bytes(mail(long, sender=SENDER, recipient="ana@example.com", now=NOW))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_date_is_told_in_its_own_zone():
    assert parsed(now=datetime(2026, 11, 23, 13, tzinfo=UTC))["Date"].startswith("Mon, 23 Nov 2026")
