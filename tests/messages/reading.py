"""What does a strict reader make of HTML and Markdown? Tags, attributes, texts, and where they break."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

CLOSED = frozenset({"br", "img", "meta"})  # these have no end tag
PARENTS = {
    "head": {"html"},
    "body": {"html"},
    "title": {"head"},
    "meta": {"head"},
    "style": {"head"},
    "tbody": {"table"},
    "tr": {"tbody", "table"},
    "td": {"tr"},
    "table": {"div", "td"},
    "div": {"body", "div", "td"},
    "p": {"td"},
    "img": {"td"},
    "b": {"div", "td"},
    "span": {"div", "td"},
    "br": {"div", "td"},
}
ATTRIBUTES = frozenset(
    (
        *(
            "class",
            "style",
            "lang",
            "dir",
            "role",
            "aria-label",
            "aria-level",
            "aria-hidden",
            "aria-roledescription",
        ),
        *("border", "cellpadding", "cellspacing", "width", "height", "align", "bgcolor", "nowrap"),
        *("src", "alt", "type", "media", "name", "content", "http-equiv"),
        *("xmlns", "xmlns:v", "xmlns:o"),
    )
)


class Page(HTMLParser):
    """A page read by the letter: every tag closes, stands where it may, and is named in full."""

    def __init__(self, written: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open, self.mistakes, self.tags = [], [], []
        self.texts, self.styles, self.comments, self.images = [], [], [], []
        self.feed(written)
        self.close()
        self.mistakes += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        if tag in PARENTS and (self.open[-1:] or [""])[0] not in PARENTS[tag]:
            self.mistakes.append(f"<{tag}> inside {self.open[-1:]}")
        names = [name for name, _ in attrs]
        self.mistakes += [f"<{tag} {name}>" for name in names if name not in ATTRIBUTES]
        if len(names) != len(set(names)):
            self.mistakes.append(f"<{tag}> says an attribute twice")
        self.tags.append((tag, dict(attrs)))
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in CLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag not in CLOSED:
            self.mistakes.append(f"<{tag}/>")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag in CLOSED or not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open[-1:] == ["style"]:
            self.styles.append(data)
        elif self.open[-1:] != ["title"] and data.strip():
            self.texts.append(data)

    def handle_comment(self, data):
        self.comments.append(data)

    @property
    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}

    @property
    def addresses(self) -> list[str]:
        """Everything a program could go and fetch."""
        asked = [
            value
            for _, attrs in self.tags
            for name, value in attrs.items()
            if name in {"src", "href", "background", "action"}
        ]
        css = [*self.styles, *(attrs.get("style") or "" for _, attrs in self.tags)]
        return asked + [found for each in css for found in re.findall(r"url\(|@import|//", each)]


def tokens(written: str):
    """Return what GitHub's Markdown makes of it, the inner tokens behind the outer ones."""
    found = []
    for token in MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(written):
        found.append(token)
        found += token.children or []
    return found


def cells_in(written: str) -> list[int]:
    """Return how many cells each row of each table has."""
    rows = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(written):
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in {"td_open", "th_open"}:
            rows[-1] += 1
    return rows
