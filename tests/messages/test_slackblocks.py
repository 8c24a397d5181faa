"""Whatever we send to Slack is within Slack's limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.blockkit import escaped, mistakes, shortened, size_of, without_pictures
from tasks.messages.outside import slack_text
from tasks.messages.slackblocks import fitted, pieces


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "verbatim": True, "text": text}}


def header(text):
    return {"type": "header", "text": {"type": "plain_text", "emoji": False, "text": text}}


def context(*texts):
    elements = [{"type": "mrkdwn", "verbatim": True, "text": text} for text in texts]
    return {"type": "context", "elements": elements}


def picture(alt_text="MRR rose", **more):
    return {"type": "image", "alt_text": alt_text, "slack_file": {"id": "chart-1"}, **more}


DIVIDER = {"type": "divider"}


def test_what_fits_is_left_as_it_is():
    blocks = (header("Week 47"), section("All well"), DIVIDER, context("16-22 Nov"))
    assert fitted(blocks) == (blocks,)
    assert mistakes(blocks) == ()


def test_a_long_section_becomes_several_cut_between_lines():
    lines = [f"customer {number} left" for number in range(400)]
    (message,) = fitted([section("\n".join(lines))])
    texts = [block["text"]["text"] for block in message]
    assert len(texts) > 1
    assert "\n".join(texts).split("\n") == lines
    assert mistakes(message) == ()


def test_more_than_50_blocks_continue_in_the_thread():
    first, second = fitted([section(str(number)) for number in range(60)])
    assert (len(first), len(second)) == (50, 10)


def test_a_message_that_is_long_in_all_continues_in_the_thread():
    blocks = [section(str(number) * 2900) for number in range(9)]
    made = fitted(blocks)
    assert [block for message in made for block in message] == blocks
    assert [len(message) for message in made] == [4, 4, 1]
    assert sum(map(size_of, blocks[:4])) <= 12_000 < sum(map(size_of, blocks[:5]))


def test_a_picture_is_left_as_it_is():
    assert fitted([picture()]) == ((picture(),),)
    assert mistakes([picture()]) == ()


def test_where_a_picture_cannot_be_shown_its_words_are():
    assert without_pictures((DIVIDER, picture("MRR rose"))) == (DIVIDER, context("MRR rose"))
    assert without_pictures([picture("")]) == (context("(a picture)"),)
    assert mistakes(without_pictures([picture("x" * 3000)])) == ()


def test_the_words_of_a_picture_ping_nobody_however_often_they_were_escaped():
    for words in ("<!channel> & co", "&lt;!channel&gt; & co"):
        assert without_pictures([picture(words)]) == (context("&lt;!channel&gt; & co"),)


def test_escaped_is_shown_as_it_was():
    assert escaped("<@U1> & <http://x|y>") == "&lt;@U1&gt; &amp; &lt;http://x|y&gt;"


def test_a_long_header_ends_in_an_ellipsis():
    ((block,),) = fitted([header("x" * 300)])
    assert block["text"]["text"] == "x" * 149 + "…"


def test_an_escaped_character_is_never_cut_in_half():
    assert shortened("ab&amp;cd", 5) == "ab…"
    assert shortened("ab&amp;cdef", 8) == "ab&amp;…"
    assert shortened("a & b", 5) == "a & b"


@given(st.text(), st.integers(10, 60))
def test_pieces_hold_everything_and_fit(text, limit):
    made = pieces(slack_text(text), limit)
    assert all(0 < len(piece) <= limit for piece in made)


@given(st.lists(st.text(min_size=1).map(lambda text: section(slack_text(text))), max_size=80))
def test_whatever_is_said_fits(blocks):
    for message in fitted(blocks):
        assert not [each for each in mistakes(message) if "Slack takes" in each]


@pytest.mark.parametrize(
    ("blocks", "mistake"),
    [
        ([], "no blocks at all"),
        ([DIVIDER] * 51, "51 blocks, Slack takes 50"),
        ([section("x" * 3001)], "block 0: 3001 characters, Slack takes 3000"),
        ([header("x" * 151)], "block 0: 151 characters, Slack takes 150"),
        ([context("x" * 2001)], "block 0: 2001 characters, Slack takes 2000"),
        ([context()], "block 0: 0 elements"),
        ([section("  ")], "block 0: an empty text"),
        ([section("<!channel>")], "block 0: has an unescaped < or >"),
        ([{"type": "video"}], "block 0: type 'video' is not one we send"),
        ([{"type": "header"}], "block 0: needs a text of type plain_text"),
        (
            [{"type": "section", "text": {"type": "mrkdwn", "text": "x.com"}}],
            "block 0: is not verbatim: Slack would make links of names",
        ),
        ([{"type": "section", "fields": [section("a")["text"]] * 11}], "block 0: 11 fields"),
        ([section("x" * 3000)] * 5, "15350 characters in all, Slack takes 12000"),
        ([picture("")], "block 0: a picture without words"),
        ([picture("x" * 2001)], "block 0: 2001 characters, Slack takes 2000"),
        ([picture(slack_file={})], "block 0: a picture without a file"),
        (
            [{"type": "section", "fields": [section("x" * 2001)["text"]]}],
            "block 0: 2001 characters, Slack takes 2000",
        ),
    ],
)
def test_what_slack_would_refuse_is_found(blocks, mistake):
    assert mistake in mistakes(blocks)
