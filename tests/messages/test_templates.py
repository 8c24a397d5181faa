"""Every template folder, in every format, shows every story and parses as what it claims to be."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tasks.messages.alert import alert_view
from tasks.messages.digest import digest_view
from tasks.messages.render import html, markdown, slack_messages, text
from tasks.messages.slackblocks import mistakes
from tasks.messages.templates import (
    FORMATS,
    columns,
    environment,
    pad,
    template_folder,
    wrapped,
)
from tests.messages.stories import ALERTS, DIGESTS

VIEWS = {
    **{("digest", name): lambda made=made: digest_view(made()) for name, made in DIGESTS.items()},
    **{("alert", name): lambda made=made: alert_view(made()) for name, made in ALERTS.items()},
}
STORIES = pytest.mark.parametrize(("kind", "story"), VIEWS, ids=map("-".join, VIEWS))
EMPTY_TAGS = {"br", "img", "meta", "link", "hr"}


class Tags(HTMLParser):
    """What a browser would see: tags that close, text, and where it would go for more."""

    def __init__(self):
        super().__init__()
        self.open, self.unbalanced, self.seen, self.text, self.asked = [], [], set(), [], []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.asked += [value for name, value in attrs if name in {"src", "href"}]
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in EMPTY_TAGS and (not self.open or self.open.pop() != tag):
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text.append(data)


def parsed(written):
    page = Tags()
    page.feed(written)
    return page


def snapshot_of(suffix):
    class OneFile(SingleFileSnapshotExtension):
        _write_mode = WriteMode.TEXT
        file_extension = suffix

    return OneFile


@pytest.fixture
def stored(snapshot):
    return lambda suffix: snapshot.use_extension(snapshot_of(suffix))


def test_every_folder_has_every_format():
    folders = {path.name for path in template_folder().iterdir() if not path.name.startswith("_")}
    assert folders == {kind for kind, _ in VIEWS}
    for folder in folders:
        files = {path.name for path in (template_folder() / folder).iterdir()}
        assert files == {f"{form}.j2" for form in FORMATS}


@STORIES
def test_html(kind, story, stored):
    written = html(VIEWS[kind, story]())
    page = parsed(written)
    assert (page.open, page.unbalanced) == ([], [])
    assert "script" not in page.seen
    assert "a" not in page.seen
    assert all(asked.startswith("cid:chart-") for asked in page.asked)
    assert not [tag for tag in page.seen if tag.startswith("mj-")]
    assert written == stored("html")


@STORIES
def test_text(kind, story, stored):
    written = text(VIEWS[kind, story]())
    assert not re.search("&(amp|lt|gt|quot|#);?", written)
    assert max(columns(line) for line in written.splitlines()) <= 150
    assert written == stored("txt")


@STORIES
def test_markdown(kind, story, stored):
    written = markdown(VIEWS[kind, story]())
    assert len([line for line in written.splitlines() if line.startswith("# ")]) == 1
    for line in written.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 7
    assert written == stored("md")


@STORIES
def test_slack(kind, story, stored):
    first, thread = slack_messages(VIEWS[kind, story]())
    for message in (first, *thread):
        assert mistakes(message) == ()
    written = json.dumps([first, thread], ensure_ascii=False, indent=1)
    assert written == stored("json")


@pytest.mark.parametrize("kind", ["digest", "alert"])
def test_hostile_names_do_nothing_in_slack(kind):
    first, thread = slack_messages(VIEWS[kind, "hostile_names"]())
    written = json.dumps([first, *thread], ensure_ascii=False)
    assert "<" not in written
    assert not re.search(r"@(here|channel|everyone)|https?://|\u202e|\u0000", written)


@pytest.mark.parametrize("kind", ["digest", "alert"])
def test_hostile_names_are_shown_as_text_in_html(kind):
    page = parsed(html(VIEWS[kind, "hostile_names"]()))
    assert '<script>alert("x")</script><img src=x onerror=alert(1)>' in page.text
    assert "{{ 7 * 7 }} {% raw %} </mj-text><mj-include" in "".join(page.text)


def test_a_misspelt_name_in_a_template_is_an_error_and_not_a_hole():
    with pytest.raises(UndefinedError, match="subjct"):
        environment("text").from_string("{{ view.subjct }}").render(
            view=digest_view(DIGESTS["good_week"]())
        )


def test_a_template_cannot_reach_out():
    with pytest.raises(SecurityError):
        environment("text").from_string("{{ ().__class__.__mro__[1].__subclasses__() }}").render()


@pytest.mark.parametrize("form", FORMATS)
def test_no_template_can_forget_to_make_a_name_safe(form):
    written = environment(form).from_string("{{ name }}").render(name="<!channel> http://x.org")
    assert "http://" not in written
    assert form in {"text", "markdown"} or "<" not in written


def test_padding_counts_what_a_terminal_shows():
    assert pad("NPS", 5) == "NPS  "
    assert pad("株式会社", 5) == "株式…"
    assert columns(pad("株式会社", 6)) == 6
    assert columns(pad("e\u0301", 3)) == 3


def test_a_line_never_ends_between_a_number_and_its_unit():
    assert wrapped("MRR grew by 0.6 % again", 15) == "MRR grew by\n0.6 % again"
    assert wrapped("one two three", 7, 2) == "one two\n  three"
