"""Themes: what is a remark about, told by its words where nobody has said so.

The ten themes of customer feedback and the speed of delivery. A remark may have several, or none.
Themes that a source gives are kept, only spelled our way; the words are asked where it gives none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# a star stands for any ending; a blank for anything between two words
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ease_of_use": (
            *("easy to use", "hard to use", "difficult to use", "easier to use", "ease of use"),
            *("user friendly", "intuitive*", "unintuitive", "confusing", "clunky", "cumbersome"),
            *("usability", "complicated", "too many clicks", "cannot find", "can t find"),
        ),
        "support": (
            *("support", "help desk", "helpdesk", "support agent*", "your agent*"),
            *("customer service", "your team", "representative*", "rude", "helpful"),
            *("unhelpful", "account manager", "spoke to", "spoke with"),
        ),
        "self_service": (
            *("self service", "help cent* article*", "help cent*", "knowledge base", "faq*"),
            *("chat bot", "chatbot", "by myself", "by ourselves", "on my own", "on our own"),
        ),
        "response_time": (
            *(
                "response time*",
                "respon* quick*",
                "respon* slow*",
                "slow respon*",
                "slow to answer",
            ),
            *(
                "quick respon*",
                "fast respon*",
                "no reply",
                "never repl*",
                "no answer",
                "no response",
            ),
            *("waited", "waiting for an answer", "wait* for a repl*", "still waiting", "took days"),
            *("quick repl*", "quick answer*", "slow repl*", "slow answer*"),
        ),
        "first_contact_resolution": (
            *("first contact", "first call", "first try", "first answer", "right away"),
            *("again and again", "had to explain", "had to repeat", "passed around", "reopen*"),
            *("still not solved", "still not fixed", "second ticket", "several times"),
        ),
        "product_updates": (
            *(
                "product update*",
                "last update",
                "latest update",
                "new update",
                "updates",
                "release*",
            ),
            *("new version*", "latest version", "roadmap", "changelog", "upgrade", "upgraded"),
        ),
        "clear_communication": (
            *("communicat*", "unclear", "kept informed", "kept us informed", "keep us informed"),
            *("misleading", "jargon", "well explained", "never told", "nobody told", "not told"),
            *("no notice", "without notice", "contradict*"),
        ),
        "feature_explanation": (
            *("new feature*", "explain* the feature*", "how the feature*", "feature* explain*"),
            *(
                "onboarding",
                "webinar*",
                "walk through*",
                "walkthrough*",
                "demo",
                "demos",
                "training*",
            ),
            *("how to use the feature*", "what the feature*"),
        ),
        "renewal_process": (
            *("renew*", "contract", "contracts", "cancel*", "auto renew*", "price increase*"),
            *("prolong*", "notice period"),
        ),
        "support_resources": (
            *("documentation", "docs", "tutorial*", "guide", "guides", "manual", "manuals"),
            *("how to article*", "video*", "help page*", "help text*"),
        ),
        "delivery_speed": (
            *("deliver*", "shipping", "shipped", "shipment*", "arrived", "arrive late", "courier"),
            *("parcel*", "package arrived"),
        ),
    }
)
BUILT_IN = tuple(WORDS)
DIVIDED_BY = "|"

_APART = re.compile(r"[\W_]+")
_DIVIDERS = re.compile(r"[|;,]")


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(re.escape(one).replace(r"\*", r"\w*").replace(r"\ ", " ") for one in words)
    return re.compile(rf"(?<= )(?:{said})(?= )")


_PATTERNS = {theme: _pattern(words) for theme, words in WORDS.items()}


def themes_of(text: str) -> tuple[str, ...]:
    """Return the themes whose words are in a remark, in the order of ``WORDS``."""
    words = f" {_APART.sub(' ', text.casefold()).strip()} "
    return tuple(theme for theme, pattern in _PATTERNS.items() if pattern.search(words))


def spelled(themes: str) -> str | None:
    """Return given themes as we write them: ``Ease of use; Support`` is ``ease_of_use|support``."""
    names = (_APART.sub("_", one.casefold()).strip("_") for one in _DIVIDERS.split(themes))
    return DIVIDED_BY.join(dict.fromkeys(name for name in names if name)) or None


def with_themes(remarks: pa.Table) -> pa.Table:
    """Return rows of feedback with their themes spelled, or told by the words of their text."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    given = zip(remarks["themes"].to_pylist(), remarks["text"].to_pylist(), strict=True)
    themes = pa.array([_about(said, text) for said, text in given], pa.string())
    return remarks.set_column(remarks.schema.get_field_index("themes"), "themes", themes)


def _about(said: str | None, text: str | None) -> str | None:
    if said and (themes := spelled(said)):
        return themes
    return DIVIDED_BY.join(themes_of(text)) or None if text else None
