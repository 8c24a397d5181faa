"""Where do templates come from, and how is everything they show made safe for its format?

Each format has one environment: strict (a misspelt name is an error, not a hole), sandboxed, and
with the format's escape applied to every expression, so that no template can forget it. What is
to be typed is shown to the letter instead, by ``|typed``: it is copied out of the message.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

import tasks
from tasks.messages.outside import html_text, markdown_text, plain_text, slack_text

if TYPE_CHECKING:
    from collections.abc import Callable

_BLANK_LINES = re.compile(r"\n{3,}")
_BREAK = re.compile(r"(?<![≤≥]) (?![%·]|(?:pt|min|h)\b)")  # a number stays beside its unit
_TRAILING_SPACE = re.compile(r"[ \t]+\n")


def _in_json(text: str) -> str:
    return json.dumps(slack_text(text), ensure_ascii=False)[1:-1]


FORMATS: dict[str, Callable[[str], str]] = {
    "html.mjml": html_text,
    "text": plain_text,
    "markdown": markdown_text,
    "slack.json": _in_json,
}


TYPED: dict[str, Callable[[str], str]] = {
    "html.mjml": escape,
    "text": str,
    "markdown": "`{}`".format,
    "slack.json": lambda text: json.dumps(f"`{escape(text, quote=False)}`")[1:-1],
}


def template_folder() -> Path:
    """Return where the templates are: inside an installed package, or beside it in a checkout."""
    package = Path(tasks.__file__).parent
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"


def show(message: str, form: str, **values: object) -> str:
    """Return the template ``<message>/<form>.j2`` with ``values`` shown in it."""
    return environment(form).get_template(f"{message}/{form}.j2").render(**values)


@cache
def environment(form: str) -> ImmutableSandboxedEnvironment:
    """Return the environment of one format; raise KeyError for a format we do not have."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        autoescape=True,  # so that the output of a macro is marked as done and not escaped twice
        finalize=_shown_by(FORMATS[form]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["pad"] = pad
    made.filters["wrapped"] = wrapped
    made.filters["typed"] = lambda command: Markup(TYPED[form](command))  # noqa: S704 - escaped here
    return made


def _shown_by(escape: Callable[[str], str]) -> Callable[[Any], Any]:
    def shown(value: object) -> object:
        return value if isinstance(value, Markup) else Markup(escape(str(value)))  # noqa: S704 - escaped here

    return shown


def pad(text: str, width: int) -> str:
    """Return ``text`` exactly ``width`` columns wide, cut with an ellipsis where it is longer."""
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[:-1]
        text = text.rstrip() + "…"
    return text + " " * (width - columns(text))


def columns(text: str) -> int:
    """Return how many columns a terminal gives ``text``: two for wide ones."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def wrapped(text: str, width: int = 100, indent: int = 0) -> str:
    """Return ``text`` in lines of at most ``width`` columns, the later ones indented."""
    lines, line = [], ""
    words = (part for word in _BREAK.split(text) for part in _parts(word, width - indent))
    for word in words:
        if line and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line = " " * indent + word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _parts(word: str, width: int) -> list[str]:
    """Return a word that is longer than a line in pieces that are not."""
    if columns(word) <= width:
        return [word]
    parts = [""]
    for character in word:
        if columns(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts


def tidy(text: str) -> str:
    """Return ``text`` without trailing spaces and with at most one empty line in a row."""
    return _BLANK_LINES.sub("\n\n", _TRAILING_SPACE.sub("\n", text)).strip() + "\n"
