"""A mail is complete: text, HTML, pictures that resolve, and headers nobody can add to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from re import findall

import pytest

from tasks.channels.multipart import fingerprint, mail, mailbox, message_id
from tests.channels.messages import NEXT_DAY, NOW, WEEKLY

SENDER = mailbox("Keepwell", "kpi", "example.com")
ANA = mailbox("", "ana", "example.com")
KEY = "0123456789abcdef0123456789abcdef"


def raw(message=WEEKLY, recipient=ANA, now=NOW, sender=SENDER, identity=KEY, headers=None):
    made = mail(
        message, sender=sender, recipient=recipient, now=now, identity=identity, headers=headers
    )
    return bytes(made)


def parsed(*args, **kwargs):
    return message_from_bytes(raw(*args, **kwargs), policy=default)


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
    assert (got["From"], got["To"]) == ("Keepwell <kpi@example.com>", "ana@example.com")
    assert got["Subject"] == "Week 47 · Starter/EMEA is leaving"
    assert got["Date"].datetime == NOW


def test_headers_tell_machines_that_one_of_them_wrote_it():
    got = parsed(headers={"List-Unsubscribe": "<mailto:kpi@example.com>"})
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert got["List-Id"] == "<digest.keepwell.example.com>"
    assert got["List-Unsubscribe"] == "<mailto:kpi@example.com>"


@pytest.mark.parametrize(
    ("kind", "list_id"),
    [("ops", "<ops.keepwell.example.com>"), ("A b>\r\n", "<a-b.keepwell.example.com>")],
)
def test_a_list_id_is_made_of_the_kind_and_the_domain(kind, list_id):
    assert parsed(replace(WEEKLY, kind=kind))["List-Id"] == list_id


def test_the_same_message_to_the_same_reader_is_the_same_mail():
    assert raw() == raw()


def test_a_mail_sent_again_later_keeps_its_message_id():
    assert parsed()["Message-ID"] == parsed(now=NEXT_DAY)["Message-ID"]
    assert parsed()["Message-ID"] == message_id(KEY, SENDER) == f"<{KEY}@example.com>"


@pytest.mark.parametrize(
    "other", [{"kind": "alert"}, {"subject_key": "csms"}, {"period": "2026-W46"}]
)
def test_another_message_has_another_fingerprint(other):
    assert fingerprint(replace(WEEKLY, **other), "a") != fingerprint(WEEKLY, "a")


def test_another_reader_has_another_fingerprint():
    assert fingerprint(WEEKLY, "ana@example.com") != fingerprint(WEEKLY, "bob@example.com")


HOSTILE = {
    "a line break": ("a\r\nBcc: all@evil.example", "a Bcc: all@evil.example"),
    "an encoded line break": (
        "=?utf-8?q?a=0D=0ABcc:_all@evil.example?= b",
        "= ?utf-8?q?a=0D=0ABcc:_all@evil.example?= b",
    ),
    "an encoded one in base64": ("=?utf-8?b?YQ0KQmNjOiBh?=", "= ?utf-8?b?YQ0KQmNjOiBh?="),
    "all kinds of line breaks": ("a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g\x00h", "a b c d e f g h"),
    "half a letter": ("Week \ud83d 47", "Week \ufffd 47"),
    "a letter in two halves": ("Week \ud83d\ude00 47", "Week 😀 47"),
    "another direction": ("Week \u202e47\u200f", "Week \u202e47\u200f"),
    "other scripts": ("週 47 · Straße, Ünïcode 😀👩‍👩‍👧", "週 47 · Straße, Ünïcode 😀👩‍👩‍👧"),
    "500 letters": ("ü" * 500, "ü" * 500),
    "500 words": ("a " * 499 + "b", "a " * 449 + "a "),
    "markup": ('<b>"=HYPERLINK(1)" <!channel>', '<b>"=HYPERLINK(1)" <!channel>'),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_subject_breaks_a_mail_or_adds_a_header(name):
    written, arrives = HOSTILE[name]
    got = parsed(replace(WEEKLY, subject=written))
    assert got["Subject"].rstrip() == arrives.rstrip()
    assert (got["Bcc"], got.defects, kinds(got)[0]) == (None, [], "multipart/alternative")
    assert sound(raw(replace(WEEKLY, subject=written)))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_of_a_recipient_does_either(name):
    written, _ = HOSTILE[name]
    got = parsed(recipient=mailbox(written, "ana", "example.com"))
    assert [box.addr_spec for box in got["To"].addresses] == ["ana@example.com"]
    assert (got["Bcc"], got.defects) == (None, [])
    assert sound(raw(recipient=mailbox(written, "ana", "example.com")))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_breaks_a_mail(name):
    text = HOSTILE[name][0] + "\n.\n..\nFrom here\n"
    got = raw(replace(WEEKLY, text=text, html=f"<p>{text}</p>"))
    assert sound(got)
    assert kinds(message_from_bytes(got, policy=default))[-1] == "image/png"


def sound(content):
    """Whether a server may take it: ASCII, every line ends in CRLF and none is too long."""
    lines = content.split(b"\r\n")
    return (
        content.isascii()
        and b"\r" not in b"".join(lines)
        and b"\n" not in b"".join(lines)
        and max(map(len, lines)) <= 998
    )


def test_every_line_is_short_enough_for_smtp():
    assert sound(raw(replace(WEEKLY, html="<p>" + "ünï" * 2000 + "</p>", text="x" * 5000)))


def test_a_header_for_machines_stays_in_one_piece_however_long():
    far = mailbox("", "ana", "d" * 60 + "." + "e" * 60 + ".example.com")
    link = "<https://example.com/" + "u" * 600 + ">"
    got = raw(sender=far, recipient=far, headers={"List-Unsubscribe": link})
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in got
    assert f"\r\nMessage-ID: <{KEY}@{far.domain}>\r\n".encode() in got
    assert f"\r\nTo: ana@{far.domain}\r\n".encode() in got


def test_an_address_with_other_letters_is_written_as_it_is():
    got = raw(recipient=mailbox("Jörg", "jörg", "example.com"))
    assert "\r\nTo: Jörg <jörg@example.com>\r\n".encode() in got
    assert got.partition(b"\r\n\r\n")[2].isascii()


def test_a_date_is_told_in_its_own_zone():
    assert parsed(now=datetime(2026, 11, 23, 13, tzinfo=UTC))["Date"].startswith("Mon, 23 Nov 2026")
