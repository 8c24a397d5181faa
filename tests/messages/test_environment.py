"""Every format is strict, closed, and makes names safe by itself; text counts what is seen."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from tasks.messages.digest import digest_view
from tasks.messages.templates import FORMATS, columns, environment, pad, wrapped
from tests.messages.stories import DIGESTS


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
    assert wrapped("goal ≤ 60 min", 8) == "goal\n≤ 60 min"
    assert wrapped("one two three", 7, 2) == "one two\n  three"


def test_a_word_longer_than_a_line_is_broken():
    assert wrapped("ab " + "x" * 12, 5) == "ab\nxxxxx\nxxxxx\nxx"
    assert wrapped("株式会社株式会社", 5, 1) == "株式\n 会社\n 株式\n 会社"
