"""Whose customers a digest is about stands in its title and its subject, whatever they are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.blockkit import mistakes
from tasks.messages.digest import digest_view
from tasks.messages.render import render_digest, undrawn
from tasks.messages.subject import SUBJECT_LIMIT
from tests.messages.stories import bad_week

ANA = "Ana Lopez's customers"
NAMES = [
    "<!channel> <script>alert(1)</script>",
    "x" * 500,
    "\u202eevil\u202c www.evil.example",
    "☃" * 79,
]


def test_the_title_says_whose_customers_it_is_about() -> None:
    view = digest_view(replace(bad_week(), whose=ANA, audience="owner/ana"))
    assert (view.title, view.subject_key) == (f"Week 47 · {ANA}", "owner/ana")
    assert view.subject.startswith(f"Week 47 · {ANA} · ")


def test_the_companys_own_needs_no_such_words() -> None:
    assert digest_view(bad_week()).title == "Week 47"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_breaks_nothing(name: str) -> None:
    message = render_digest(digest_view(replace(bad_week(), whose=f"{name}'s customers")), undrawn)
    assert len(message.subject) <= SUBJECT_LIMIT
    assert mistakes(message.slack_blocks) == ()
    assert "<script>" not in message.html
    assert "<!channel>" not in str(message.slack_blocks)
