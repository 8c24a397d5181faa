"""The second process: it draws what we would draw, says what went wrong, and is gone afterwards."""

from __future__ import annotations

import io
import pickle

import pytest

from flows.headstart import Second, must_be_the_samples, second_process
from flows.second import serve
from tasks.errors import Stop, WrongUse
from tasks.messages.digest import digest_view
from tasks.messages.drawing import draw
from tests.messages.stories import bad_week


def answers_to(*jobs):
    """What the second process answers to these jobs, read by one that asked for nothing yet."""
    asked, answers = io.BytesIO(b"".join(map(pickle.dumps, jobs))), io.BytesIO()
    serve(asked, answers)
    answers.seek(0)
    return Second(io.BytesIO(), answers)


def test_it_draws_the_same_picture():
    chart = digest_view(bad_week()).charts[0]
    with second_process(draws_first=True) as second:
        assert second.draw(chart) == draw(chart)


def test_it_writes_the_sample(tmp_path):
    with second_process() as second:
        company = second.write_sample(tmp_path)()
    assert company.configuration == tmp_path / "keepwell.yaml"
    assert company.configuration.exists()


def test_what_went_wrong_there_is_raised_here(tmp_path):
    taken = tmp_path / "a file"
    taken.touch()
    second = answers_to(("write_sample", taken))
    with pytest.raises(OSError, match="exists"):
        second._answer()


def test_a_process_that_ended_is_one_sentence():
    with pytest.raises(Stop, match="the process that makes samples and charts ended"):
        answers_to().draw(digest_view(bad_week()).charts[0])


def test_somebody_elses_configuration_is_never_overwritten(tmp_path):
    (tmp_path / "keepwell.yaml").write_text("company: {name: Mine}\n", encoding="utf-8")
    with pytest.raises(WrongUse, match="is not the sample's; it would be lost"):
        must_be_the_samples(tmp_path)
