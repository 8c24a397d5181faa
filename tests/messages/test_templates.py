"""Every template folder, in every format, shows every story and parses as what it claims to be."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import pairwise

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tasks.blockkit import mistakes
from tasks.messages.render import html, markdown, slack_messages, text
from tasks.messages.templates import FORMATS, columns, template_folder
from tests.messages.reading import PARENTS, Page, cells_in, tokens
from tests.messages.standard import FOLDERS, STANDARD, VIEWS
from tests.messages.stories import FAMILY

STORIES = pytest.mark.parametrize(("kind", "story"), VIEWS, ids=map("-".join, VIEWS))
EVERY_FOLDER = pytest.mark.parametrize("kind", FOLDERS)
TABLE_WIDTH = 150
LIKE_A_LINK = re.compile(r"[a-z0-9]://|\bwww\.|[\w.]@\w|\bmailto:|\btel:", re.IGNORECASE)
SEEN = {"\u200c", "\u200d", "\u200e"}  # what we put there ourselves, or an emoji needs
HEADINGS = {
    *("What moved, and why", "Open alerts", "At risk", "Good news", "Data notes", "Also"),
    *("What was done, and its effect", "What you said of our alerts"),
}
LITERAL = (
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example","click")',
    "{{ 7 * 7 }} {% raw %} </mj-text><mj-include",
    "&amp; &lt;b&gt; ](http://evil) {{ 7*7 }} <@U123> ```",
    FAMILY,
    "new line here",
)
MARKS = {"inline", "text", "text_special", "softbreak", "hr", "code_inline"} | {
    f"{each}_{end}"
    for each in (
        *("heading", "paragraph", "strong", "bullet_list", "list_item", "blockquote"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
    for end in ("open", "close")
}


def snapshot_of(suffix):
    class OneFile(SingleFileSnapshotExtension):
        _write_mode = WriteMode.TEXT
        file_extension = suffix

    return OneFile


@pytest.fixture
def stored(snapshot):
    return lambda suffix: snapshot.use_extension(snapshot_of(suffix))


@EVERY_FOLDER
def test_a_folder_has_every_format_and_the_four_standard_stories(kind):
    files = {path.name for path in (template_folder() / kind).iterdir()}
    assert files == {f"{form}.j2" for form in FORMATS}
    assert set(STANDARD) <= {story for folder, story in VIEWS if folder == kind}


@STORIES
def test_html(kind, story, stored):
    view = VIEWS[kind, story]()
    written = html(view)
    page = Page(written)
    assert page.mistakes == []
    assert page.names - set(PARENTS) == {"html"}
    assert page.addresses == [f"cid:{chart.name}@keepwell" for chart in view.charts]
    assert [_spaced(image["alt"]) for image in page.images] == [
        _spaced(chart.alt) for chart in view.charts
    ]
    assert "\\u{" not in written  # how the MJML engine writes what it finds odd in an attribute
    assert all(comment.startswith(("[if", "<!", "<![endif]")) for comment in page.comments)
    assert written == stored("html")


def _spaced(words):
    return words.replace("\u00a0", " ")


@STORIES
def test_text(kind, story, stored):
    view = VIEWS[kind, story]()
    written = text(view)
    assert "hostile" in story or not re.search("&(amp|lt|gt|quot|#)", written)
    assert not {each for each in written if _is_unseen(each)} - SEEN - {"\n"}
    for line in written.splitlines():
        assert columns(line) <= (TABLE_WIDTH if _is_row(line, view) else 100)
        assert not LIKE_A_LINK.search(_without_addresses(line, view))
    assert written == stored("txt")


def _is_unseen(character):
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def _is_row(line, view):
    labels = [kpi.label for part in getattr(view, "sections", ()) for kpi in part.rows]
    titles = [part.title.upper() for part in getattr(view, "sections", ())]
    return line.strip().startswith((*labels, *titles))


def _without_addresses(line, view):
    for thing in getattr(view, "things", ()):
        line = line.replace(thing.address or "\n", "")
    return line


@STORIES
def test_markdown(kind, story, stored):
    view = VIEWS[kind, story]()
    written = markdown(view)
    found = tokens(written)
    assert {token.type for token in found} <= MARKS
    titles = [
        (token.tag, inner.content)
        for token, inner in pairwise(found)
        if token.type == "heading_open"
    ]
    assert [tag for tag, _ in titles].count("h1") == 1
    assert titles[0][0] == "h1"
    assert all(tag == "h2" and (kind == "ops" or title in HEADINGS) for tag, title in titles[1:])
    typed = {token.content for token in found if token.type == "code_inline"}
    assert typed <= _typed(view)
    quoted = sum(token.type == "blockquote_open" for token in found)
    assert quoted == len(getattr(view, "withheld", ())) + len(getattr(view, "trial", ()))
    assert set(cells_in(written)) <= {6}
    assert not LIKE_A_LINK.search(_without_addresses(written, view))
    assert written == stored("md")


def _typed(view):
    things = getattr(view, "things", ())
    lines = {line for thing in things for line in (*thing.commands, thing.address)}
    answers = (*getattr(view, "trial", ()), *getattr(view, "commands", ()))
    return lines | {getattr(view, "see_all", ""), *(line.typed for line in answers)}


@STORIES
def test_slack(kind, story, stored):
    first, thread = slack_messages(VIEWS[kind, story]())
    for message in (first, *thread):
        assert mistakes(message) == ()
    written = json.dumps([first, thread], ensure_ascii=False, indent=1)
    assert written == stored("json")


@EVERY_FOLDER
def test_each_chart_has_its_place_in_slack(kind):
    view = VIEWS[kind, "bad_week"]()
    first, thread = slack_messages(view)
    blocks = [block for message in (first, *thread) for block in message]
    shown = [block for block in blocks if block["type"] == "image"]
    assert [block["slack_file"] for block in shown] == [{"id": one.name} for one in view.charts]
    assert [block["alt_text"] for block in shown] == [one.alt for one in view.charts]


@EVERY_FOLDER
def test_hostile_names_do_nothing_in_slack(kind):
    first, thread = slack_messages(VIEWS[kind, "hostile_names"]())
    written = json.dumps([first, *thread], ensure_ascii=False)
    assert "<" not in written
    assert not re.search(r"@(here|channel|everyone|U123)|https?://|\u202e|\u0000", written)
    assert not re.search(r"(\"|\\n)&gt;|```", written)


@EVERY_FOLDER
def test_hostile_names_are_shown_as_text_in_html(kind):
    shown = "".join(text for page in _hostile(kind, html) for text in Page(page).texts)
    for name in LITERAL:
        assert name in shown.replace("\u200c", "")


@EVERY_FOLDER
def test_hostile_names_are_shown_as_text_in_markdown(kind):
    shown = "".join(
        token.content
        for page in _hostile(kind, markdown)
        for token in tokens(page)
        if token.type in {"text", "text_special"}
    )
    for name in LITERAL:
        assert name in shown.replace("\u200c", "")


def _hostile(kind, show):
    return [
        show(made())
        for (folder, name), made in VIEWS.items()
        if (folder, name[:7]) == (kind, "hostile")
    ]


@pytest.mark.parametrize("form", ["text", "markdown", "html.mjml", "slack.json"])
@EVERY_FOLDER
def test_no_template_computes_with_a_name(kind, form):
    shown = {"text": text, "markdown": markdown, "html.mjml": html, "slack.json": slack_messages}
    assert "49" not in re.findall(
        r"\b49\b(?! to 63)", str(shown[form](VIEWS[kind, "hostile_names"]()))
    )


@pytest.mark.parametrize("show", [text, markdown])
@STORIES
def test_sentences_are_plain(kind, story, show):
    written = show(VIEWS[kind, story]())
    odd = {each for each in written if unicodedata.category(each) == "So"} - set("⚠✓▲▼▁▂▃▄▅▆▇█")
    assert "hostile" in story or (odd, "!" in written) == (set(), False)
