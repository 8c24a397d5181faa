"""What may be missing in a mail client, and why nobody misses it: the reasoned allow-list.

Keys are features as Can I email names them; ``clients`` are patterns. ``LOST`` is what a client does
not support at all, ``PARTLY`` what it supports in part. An entry that no mail needs is a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Allowed:
    """In which clients a feature may be missing, and why that does no harm."""

    clients: tuple[str, ...]
    why: str

    def covers(self, client: str) -> bool:
        return any(fnmatchcase(client, pattern) for pattern in self.clients)


WORD = ("outlook.windows",)  # Outlook on Windows draws with Word
GMAIL_APPS = ("gmail.ios", "gmail.android")

LOST = {
    "<body> element": Allowed(
        ("outlook.macos", "outlook.ios", "outlook.android"),
        "it becomes a div; the grey page behind the card is on a div of our own as well",
    ),
    "@media": Allowed(WORD, "Word shows the light colours and one column of 600 px, as meant"),
    "Chaining selectors": Allowed(
        WORD, "only the engine's rule for narrow screens chains, and Word has no narrow screens"
    ),
    "border-radius": Allowed(WORD, "a chart has square corners"),
    "border-spacing": Allowed(
        (*WORD, "outlook.macos"), "the engine says 0, cellspacing=0 says so too"
    ),
    "opacity": Allowed(WORD, "one of six ways to hide the preheader; display:none works there"),
    "overflow": Allowed((*WORD, "outlook.android"), "as opacity"),
    "outline": Allowed(WORD, "the engine says none, and Word draws none"),
    "table-layout": Allowed(WORD, "the engine says auto, which is what Word does"),
    "word-spacing": Allowed(WORD, "the engine says normal, which is what Word does"),
}
PARTLY = {
    "!important keyword": Allowed(
        ("gmail.*", *WORD), "stands in the head only: dark colours, and the engine's own reset"
    ),
    "<body> element": Allowed(("gmail.*",), "it becomes a div that keeps its background"),
    "@media": Allowed(
        ("gmail.*", "outlook.ios", "outlook.android"),
        "ours are neither nested nor about height; without any the mail is light, in one column",
    ),
    "Chaining selectors": Allowed(GMAIL_APPS, "as Class selector"),
    "Class selector": Allowed(
        GMAIL_APPS,
        "accounts of others in Gmail's app lose the head; all that reading needs stands in the tags",
    ),
    "Descendant combinator": Allowed(GMAIL_APPS, "as Class selector"),
    "ID selector": Allowed(
        GMAIL_APPS, "as Class selector; the engine's, for links, of which we have none"
    ),
    "Type selector": Allowed(GMAIL_APPS, "as Class selector; the engine's reset"),
    "align attribute": Allowed(
        ("outlook.macos",), "left and right on tables; ours stand on cells, tables are centred"
    ),
    "background": Allowed(WORD, "we only give colours"),
    "border": Allowed(WORD, "1 px on cells and images, and on the rule above the footer"),
    "dir attribute": Allowed(WORD, "wrong on links, of which we have none"),
    "display": Allowed(
        (*GMAIL_APPS, *WORD), "none for the preheader, block and inline-block as usual"
    ),
    "display:none": Allowed(WORD, "not on images or for tables inside; the preheader is text"),
    "font-size": Allowed(WORD, "no rem"),
    "font-weight": Allowed(WORD, "600 is bold there, as meant"),
    "height attribute": Allowed(WORD, "auto, no percentages"),
    "letter-spacing": Allowed(WORD, "section titles are a hair tighter"),
    "line-height": Allowed(WORD, "ours has no unit"),
    "margin": Allowed(
        ("gmail.*", "outlook.windows", "outlook.ios", "outlook.android"),
        "none is negative; Word centres by the align of the table around",
    ),
    "max-width": Allowed(
        (*WORD, "apple-mail.ios"), "Word has a table of 600 px around; ours is on a div"
    ),
    "overflow": Allowed(("apple-mail.macos",), "the preheader is not for scrolling"),
    "padding": Allowed(WORD, "ours is on cells, and the same above and below along a row"),
    "text-align": Allowed((*GMAIL_APPS, *WORD), "neither start nor end"),
    "text-decoration": Allowed((*GMAIL_APPS, *WORD), "one value, none, on images"),
    "text-transform": Allowed(WORD, "uppercase works"),
    "width attribute": Allowed(WORD, "pixels on images, percentages on tables only"),
    "word-break": Allowed(
        ("gmail.*", "outlook.*", "apple-mail.*"),
        "long words break anywhere, which is what it is for",
    ),
}
