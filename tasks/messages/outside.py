"""How does a name from outside get into a message without breaking it, pinging or linking?

Two steps. ``clean`` is for every format: it takes out what nobody can see and shortens what nobody
can read. The ``..._text`` functions are for one format each, and the templates apply them to
everything they show, so that a template cannot forget it.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from itertools import pairwise

NAME_LIMIT = 80
SENTENCE_LIMIT = 600

_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # control, direction marks, private, half characters
_REWRITTEN = {"Cf", "Cn", "Mc", "Me", "Mn", "Zs"}
_JOINER = "\u200d"  # holds an emoji together, so it may stay
_ACCENTS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED = re.compile(f"({_ACCENTS}{{3}}){_ACCENTS}+")
_LTR = "\u200e"  # not seen either: what stands around Hebrew or Arabic keeps its place
_HEBREW_OR_ARABIC = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RTL_RUN = re.compile(f"{_LTR}?({_HEBREW_OR_ARABIC}(?:[ '&.,-]*{_HEBREW_OR_ARABIC})*){_LTR}?")
_GAP = "\u200c"  # not seen and not a word boundary: what looked like a link no longer is one
_LOOKS_LIKE_A_LINK = re.compile(
    r"(?<=[a-z0-9])(?=://)|(?<=\bwww)(?=\.)|(?<=@)(?=\w)(?!Keepwell\b)|(?<=\bmailto)(?=:)|(?<=\btel)(?=:)",
    re.IGNORECASE,
)
_FILES = frozenset({"yaml", "csv", "sql", "json", "jsonl", "parquet"})  # no top-level domains
_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=%|pt\b|min\b|h\b)|(?<=[≤≥]) (?=\S)"
)  # no line ends inside a number
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
_SLACK_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})  # noqa: RUF001 - on purpose
_MARKDOWN_MARKS = re.compile(
    r"([\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])|<(?=[a-z/!?])|&(?=#|\w+;))", re.IGNORECASE
)
_MARKDOWN_STARTS = re.compile(r"^(?=[#>]|[+-]\s|[-=]{2,}$)|^\d+(?=[.)](?:\s|$))")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def clean(text: str, limit: int = NAME_LIMIT) -> str:
    """Return ``text`` on one line, without characters nobody sees, at most ``limit`` long.

    An empty name becomes ``(no name)``; what was cut off is marked with an ellipsis. Accents piled
    up so high that they cover the lines above are taken down.
    """
    seen = "".join(_seen(character) for character in unicodedata.normalize("NFC", text))
    line = _STACKED.sub(r"\1", " ".join(seen.split()))
    if len(line) > limit:
        line = line[: limit - 1].rstrip(f" {_JOINER}") + "…"
    return line or "(no name)"


def _seen(character: str) -> str:
    if character in "\t\n\r\v\f\u2028\u2029":
        return " "
    if character == _JOINER:
        return character
    return "" if unicodedata.category(character) in _UNSEEN else character


def sentence(text: str) -> str:
    """Return ``text``, which may quote names, cleaned and at most a paragraph long."""
    return clean(text, SENTENCE_LIMIT)


def plain_text(text: str) -> str:
    """Return ``text`` so that a mail program shows it without making links of it.

    Names written from right to left are fenced in, so that the amount behind one stays there.
    """
    quiet = _LOOKS_LIKE_A_LINK.sub(_GAP, _DOTTED.sub(_without_host_names, text))
    return _RTL_RUN.sub(rf"{_LTR}\1{_LTR}", quiet)


def _without_host_names(dotted: re.Match[str]) -> str:
    first, *rest = dotted.group().split(".")
    made = first
    for before, label in pairwise([first, *rest]):
        made += (_GAP if is_host(before, label) else "") + "." + label
    return made


def is_host(before: str, after: str) -> bool:
    """Return whether two words around a dot could be a host name, as ``evil`` and ``example``.

    Host names have no underscores, so that a column like ``tickets.ticket_id`` stays as it is; nor
    does one end like a file that people type or copy, as ``keepwell.yaml``.
    """
    return "_" not in before and len(after) > 1 and after.isalpha() and after not in _FILES


def html_text(text: str) -> str:
    """Return ``text`` as HTML that shows it literally and is not made into links.

    What the MJML engine would spell out in an attribute (a gap, a joiner, a backslash) becomes a
    character reference before it gets there.
    """
    written = escape(_BEFORE_UNIT.sub("\u00a0", plain_text(text)))
    return "".join(f"&#{ord(each)};" if _is_rewritten(each) else each for each in written)


def _is_rewritten(character: str) -> bool:
    return character == "\\" or (character != " " and unicodedata.category(character) in _REWRITTEN)


def slack_text(text: str) -> str:
    """Return ``text`` for Slack's mrkdwn: shown literally, nobody pinged, nothing linked.

    Slack asks for ``&``, ``<`` and ``>`` to be escaped; its marks for bold, struck out and code
    cannot be, so they become characters that look the same.
    """
    # the marks go first: what they become can make a link or a host of what was none
    quiet = _EDGE_UNDERSCORE.sub("＿", text.translate(_SLACK_LOOKALIKES))  # noqa: RUF001 - looks the same, is no mark
    quiet = _EMOJI_CODE.sub(":" + _GAP, plain_text(quiet))
    quiet = _GAP + quiet if quiet.startswith(">") else quiet  # at a line's start, a quotation
    return quiet.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markdown_text(text: str) -> str:
    """Return ``text`` for Markdown: shown literally, also inside a table.

    Marks that count at the start of a line are taken care of at the start of ``text``.
    """
    return _MARKDOWN_STARTS.sub(r"\g<0>\\", _MARKDOWN_MARKS.sub(r"\\\1", plain_text(text)))


def csv_cell(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula: an apostrophe goes first.

    A plain number keeps its sign.
    """
    if text.lstrip().startswith(_FORMULA_STARTS) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text
