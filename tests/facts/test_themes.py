"""What a remark is about, told by its words where nobody has said so."""

from __future__ import annotations

import pytest

from tasks.facts.themes import BUILT_IN, WORDS, spelled, themes_of
from tests.facts.drawn import one, values

SAID = {
    "ease_of_use": "The planner is hard to use, and I can't find the export.",
    "support": "Your support agents were rude.",
    "self_service": "I looked in the Help Centre and the knowledge base first.",
    "response_time": "We're still waiting; a slow response again.",
    "first_contact_resolution": "I had to explain it to three people, it was passed around.",
    "product_updates": "Since the last update the roster flickers.",
    "clear_communication": "Nobody told us that prices would change. Unclear!",
    "feature_explanation": "Could someone explain the new features in a webinar?",
    "renewal_process": "Renewing took three signatures.",
    "support_resources": "More video tutorials and better documentation, please.",
    "delivery_speed": "The parcel arrived two weeks late.",
}


@pytest.mark.parametrize("theme", BUILT_IN)
def test_every_theme_is_told_by_its_words(theme):
    assert theme in themes_of(SAID[theme])


def test_a_remark_may_have_several_themes_in_a_fixed_order():
    assert themes_of("DOCUMENTATION is confusing; SUPPORT never replied.") == (
        "ease_of_use",
        "support",
        "response_time",
        "support_resources",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "All fine.",
        "Thanks!",
        "The contractor came.",
        "We do it manually.",
        "ひどい",
        "🙂",
    ],
)
def test_a_remark_may_have_none(text):
    assert themes_of(text) == ()


def test_words_are_found_whole_and_beside_any_punctuation():
    assert themes_of("(support)") == themes_of("support/sales") == ("support",)
    assert themes_of("supportive") == ()
    assert themes_of("user-friendly") == ("ease_of_use",)


def test_no_theme_stands_without_words_and_none_is_told_by_nothing():
    assert all(words and all(word.strip(" *") for word in words) for words in WORDS.values())


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        ("ease_of_use|self_service", "ease_of_use|self_service"),
        ("Ease of Use ; Self-Service", "ease_of_use|self_service"),
        ("support, support|SUPPORT", "support"),
        ("Qualität", "qualität"),
        (" | ,", None),
    ],
)
def test_given_themes_are_spelled_our_way(given, ours):
    assert spelled(given) == ours


def test_at_loading_given_themes_stay_and_missing_ones_are_told_by_the_text():
    rows = [
        {"themes": "Pricing", "text": "hard to use"},
        {"themes": "", "text": "Hard to use, no reply."},
        {"themes": "|", "text": "Renewal was easy."},
        {"themes": None, "text": "Fine."},
        {"themes": None, "text": None},
    ]
    given = [
        {"feedback_id": f"F{at}", "received_at": "2026-02-01", **row} for at, row in enumerate(rows)
    ]
    assert values(one("feedback", given), "themes") == [
        ("pricing",),
        ("ease_of_use|response_time",),
        ("renewal_process",),
        (None,),
        (None,),
    ]


def test_a_file_without_texts_keeps_its_themes():
    given = [{"feedback_id": "F", "received_at": "2026-02-01", "themes": "support"}]
    assert values(one("feedback", given), "themes", "text") == [("support", None)]
