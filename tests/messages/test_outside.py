"""Names from outside are shown as they are, and do nothing."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.messages.outside import (
    clean,
    csv_cell,
    html_text,
    is_host,
    markdown_text,
    plain_text,
    slack_text,
)

ANY_TEXT = st.text(st.characters())
NASTY = st.lists(
    st.sampled_from(
        [
            *"<>&*_~`|[]()@!:#=+-.\n\r\u202e\u200b",
            "channel",
            "here",
            "http://",
            "www.",
            "a.com",
            "x",
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Quill Labs", "Quill Labs"),
        ("  Norden\r\n\tAS  ", "Norden AS"),
        ("\u202egnitset\u2066", "gnitset"),
        ("nul\x00l\x07", "null"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud800 pair", "half pair"),
        ("fam \U0001f468\u200d\U0001f469", "fam \U0001f468\u200d\U0001f469"),
        ("Z\u0335\u0336\u0337\u0338\u0339a", "Z\u0335\u0336\u0337a"),
        ("", "(no name)"),
        ("\n\u202e", "(no name)"),
    ],
)
def test_what_nobody_can_see_is_taken_out(name, shown):
    assert clean(name) == shown


def test_a_name_of_500_characters_is_cut_and_says_so():
    assert clean("x" * 500) == "x" * 79 + "…"
    assert len(clean("word " * 500, 20)) <= 20


@given(ANY_TEXT, st.integers(2, 100))
def test_a_cleaned_name_is_one_visible_line_of_limited_length(name, limit):
    shown = clean(name, max(limit, len("(no name)")))
    assert 0 < len(shown) <= max(limit, len("(no name)"))
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("A & B <C>", "A &amp; B &lt;C&gt;"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U123|ceo>", "&lt;@\u200cU123|ceo&gt;"),
        ("@here", "@\u200chere"),
        ("*bold* ~no~ `code`", "∗bold∗ ∼no∼ ˋcodeˋ"),  # noqa: RUF001 - what is shown
        ("_it_ but starter_annual", "＿it＿ but starter_annual"),  # noqa: RUF001 - what is shown
        ("> quoted", "\u200c&gt; quoted"),
        (":tada: at 9:30", ":\u200ctada: at 9:30"),
        ("http://evil.example", "http\u200c://evil\u200c.example"),
        (
            "tickets.ticket_id and survey_responses.score",
            "tickets.ticket_id and survey_responses.score",
        ),
        ("a_b.evil.example", "a_b.evil\u200c.example"),
        ("_WWW.", "\uff3fWWW\u200c."),
        ("0.A`", "0\u200c.A\u02cb"),
        ("Booking.com costs 2.4 e.g. here", "Booking\u200c.com costs 2.4 e.g. here"),
    ],
)
def test_slack_shows_names_literally(name, shown):
    assert slack_text(name) == shown


@given(st.one_of(ANY_TEXT, NASTY))
def test_no_name_pings_links_or_formats_in_slack(name):
    shown = slack_text(clean(name))
    assert not set("<>*~`") & set(shown)
    assert re.sub("&amp;|&lt;|&gt;", "", shown).count("&") == 0
    assert not re.search(r"@[a-z0-9]", shown, re.IGNORECASE)
    assert not re.search(r"\w://|\bwww\.", shown, re.IGNORECASE)
    for dotted in re.findall(r"[\w.-]+", shown):
        words = dotted.split(".")
        assert not [pair for pair in pairwise(words) if pair[0] and is_host(*pair)]
    assert not re.search(r"(^|\W)_\w|\w_(\W|$)", shown)


@given(st.one_of(ANY_TEXT, NASTY))
def test_slack_text_reads_like_the_name(name):
    shown = slack_text(clean(name)).replace("\u200c", "").replace("\u200e", "")
    for mark, seen in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(mark, seen)
    looks = str.maketrans({"∗": "*", "∼": "~", "ˋ": "`", "＿": "_"})  # noqa: RUF001 - look-alikes
    assert shown.translate(looks) == clean(name).replace("\u200c", "").translate(looks)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("שלום בע״מ $640", "\u200eשלום בע״מ\u200e $640"),  # noqa: RUF001 - Hebrew
        ("Acme عميل, x", "Acme \u200eعميل\u200e, x"),
        ("Ünïcødé", "Ünïcødé"),
        ("keepwell.yaml and evil.example", "keepwell.yaml and evil\u200c.example"),
    ],
)
def test_what_stands_behind_a_name_from_right_to_left_stays_there(name, shown):
    assert plain_text(name) == shown


def test_what_the_mjml_engine_would_spell_out_is_a_reference_in_html():
    assert html_text("a\\b \u00a0 e\u0301 \u200d") == "a&#92;b &#160; e&#769; &#8205;"


def test_a_cut_never_ends_inside_an_emoji():
    assert clean("ab\U0001f468\u200d\U0001f469", 5) == "ab\U0001f468\u200d\U0001f469"
    assert clean("ab\U0001f468\u200d\U0001f469x", 5) == "ab\U0001f468…"


@given(st.one_of(ANY_TEXT, NASTY))
def test_html_shows_names_literally(name):
    shown = html_text(clean(name))
    assert not set("<>\"'") & set(shown)


@given(st.one_of(ANY_TEXT, NASTY))
def test_making_text_safe_twice_changes_nothing(name):
    once = plain_text(clean(name))
    assert plain_text(once) == once


def test_a_number_is_not_parted_from_its_unit_in_html():
    assert html_text("November ≤ 60 min") == "November ≤&#160;60&#160;min"
    assert html_text("MRR (▲ 0.6 %) in 42 min") == "MRR (▲ 0.6&#160;%) in 42&#160;min"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[click](http://x.org)", r"\[click\](" + "http\u200c://x\u200c.org)"),
        ("a|b `c` *d*", r"a\|b \`c\` \*d\*"),
        ("_it_ but starter_annual", r"\_it\_ but starter_annual"),
        ("<script>", r"\<script>"),
        ("<= 60 & more &lt;", r"<= 60 & more \&lt;"),
        ("# Acme", r"\# Acme"),
        ("> 5", r"\> 5"),
        ("- item", r"\- item"),
        ("-0.3", "-0.3"),
        ("1. first", r"1\. first"),
        ("12) x", r"12\) x"),
        ("1.5 h", "1.5 h"),
        ("===", r"\==="),
    ],
)
def test_markdown_shows_names_literally(name, shown):
    assert markdown_text(name) == shown


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://evil")', '\'=HYPERLINK("http://evil")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        ("Quill Labs", "Quill Labs"),
        ("", ""),
    ],
)
def test_a_spreadsheet_takes_no_cell_for_a_formula(cell, written):
    assert csv_cell(cell) == written
