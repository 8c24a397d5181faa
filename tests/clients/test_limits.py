"""Every mail stays below what clients cut off, and says its title, its language and its preview."""

from __future__ import annotations

import re

import pytest

from tests.messages.reading import Page
from tests.messages.standard import MESSAGES

CLIPPED = 102 * 1024  # Gmail shows "[Message clipped]" above this
STYLES = (
    8192  # Gmail has dropped styles above 8,192 characters, and says 16 KB today: the lower one
)
FILLING = "\u034f\u200c\xa0" * 100
EVERY_MAIL = pytest.mark.parametrize("name", MESSAGES)


def page(name):
    return Page(MESSAGES[name]().html)


@EVERY_MAIL
def test_gmail_clips_nothing(name):
    assert len(MESSAGES[name]().html.encode()) < CLIPPED


@EVERY_MAIL
def test_gmail_keeps_the_styles(name):
    assert sum(map(len, page(name).styles)) < STYLES


@EVERY_MAIL
def test_a_mistake_in_the_dark_colours_costs_nothing_else(name):
    # Gmail drops a whole block for one rule it cannot read
    dark = [style for style in page(name).styles if "prefers-color-scheme" in style]
    assert len(dark) == 1
    assert "mj-column" not in dark[0]


@EVERY_MAIL
def test_the_inbox_shows_the_preheader_and_nothing_behind_it(name):
    message = MESSAGES[name]()
    found = re.search(r'<body[^>]*><div style="([^"]*)">(.*?)</div>', message.html, re.DOTALL)
    style, shown = found.groups()
    text = "".join(Page(f"<html><body><div>{shown}</div></body></html>").texts)
    assert "display:none" in style
    assert _seen(text).removesuffix(FILLING) == message.preheader
    assert text.endswith(FILLING)


def _seen(text):
    quiet = re.sub("\u200c(?!\xa0)|\u200e", "", text)  # what keeps names from becoming links
    return re.sub("(?<=\\d)\xa0", " ", quiet)


@EVERY_MAIL
def test_a_mail_says_its_title_and_language(name):
    message = MESSAGES[name]()
    assert '<html lang="en" dir="ltr"' in message.html
    assert re.search(r"<title>[^<]+</title>", message.html)


@EVERY_MAIL
def test_tables_are_for_layout_and_not_wider_than_the_mail(name):
    for tag, attributes in page(name).tags:
        if tag == "table":
            assert attributes["role"] == "presentation"
        width = attributes.get("width", "0")
        assert width == "100%" or int(width) <= 600


@EVERY_MAIL
def test_what_needs_no_class_to_be_read_stands_in_the_tags(name):
    for tag, attributes in page(name).tags:
        if tag == "td" and attributes.get("class") in {"label", "value", "more", "spark", "title"}:
            assert "font-size" in attributes["style"] or "font-weight" in attributes["style"]
        if tag == "span":
            assert "color:#" in attributes["style"]
