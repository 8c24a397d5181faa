"""Does what goes wrong pass, or end as one clear error on that stream? Complaints 3, 13, 14, 16."""

from __future__ import annotations

from email.utils import format_datetime

import pytest

from tasks.errors import SourceRejected, SourceUnavailable
from tests.connectors.conformance.company import tables_of
from tests.doubles.faults import (
    DROP,
    HALF,
    HANG,
    RESET,
    TRICKLE,
    cut_json,
    half_a_gzip,
    instead,
    web_page,
)
from tests.doubles.hubspot_portal import BORN

THROTTLED = {
    "429, seconds": instead(429, Retry_After="7", Date=format_datetime(BORN, usegmt=True)),
    "429, a date": instead(
        429,
        Retry_After=format_datetime(BORN.replace(second=30), usegmt=True),
        Date=format_datetime(BORN, usegmt=True),
    ),
    "429 without a hint": instead(429),
    "429, zero": instead(429, Retry_After="0"),
}
BROKEN = {
    **{str(status): instead(status) for status in (408, 409, 425, 500, 502, 503, 504, 520, 524)},
    "dropped": DROP,
    "reset": RESET,
    "half an answer": HALF,
    "half a gzip": half_a_gzip,
    "cut JSON": cut_json,
    "a web page": web_page,
}


def faults(named):
    return pytest.mark.parametrize("fault", named.values(), ids=named)


@faults(THROTTLED | BROKEN)
def test_what_goes_wrong_for_a_moment_passes(here, fault):
    here.order(fault, times=2, skip=1)
    report = here.read_main()
    assert (report.problem, report.complete) == (None, True)
    assert here.rows() == here.case.counts(here.vendor)[here.case.main]
    assert report.duplicates == 0


@pytest.mark.parametrize(
    ("fault", "waits"), [*zip(THROTTLED.values(), (7, 30, 0.5, 0.5), strict=True)], ids=THROTTLED
)
def test_the_vendors_hint_is_how_long_is_waited(here, fault, waits):
    here.order(fault, skip=1)
    here.read_main()
    assert here.company.time.pauses == [waits]


@faults(
    {
        "503": instead(503),
        "half a gzip": half_a_gzip,
        "cut JSON": cut_json,
        "reset": RESET,
        "a web page": web_page,
    }
)
def test_what_stays_wrong_is_one_clear_error_and_the_next_run_goes_on(here, fault):
    here.order(fault, times=999, skip=1)
    report = here.read_main()
    _is_clear(report.problem, here)
    assert (report.pages, report.complete, report.watermark) == (1, False, None)
    _goes_on(here)


def test_an_error_inside_200_is_an_error(here):
    here.order(here.case.inside, times=999, skip=1)
    report = here.read_main()
    _is_clear(report.problem, here)
    assert "another shape than expected" in report.problem.what
    _goes_on(here)


def test_a_cursor_that_comes_again_ends_the_stream(here):
    here.order(here.case.circle, times=999)
    report = here.read_main()
    _is_clear(report.problem, here)
    assert here.pages_asked() <= 3
    assert not report.complete


@pytest.mark.parametrize("fault", [HANG, TRICKLE], ids=["silent", "trickling"])
def test_a_vendor_that_stalls_is_left_after_the_time_that_was_set(here, fault):
    here.company.more = {"timeout_s": 0.05}
    here.company.is_real_time = True
    here.order(fault, times=999, skip=1)
    _is_clear(here.read_main().problem, here)
    assert here.pages_asked() > 2


def test_one_stream_that_fails_leaves_the_others_alone_and_ends_as_one_error(here):
    here.order(instead(503), times=999, skip=1)
    folded = here.read()
    (problem,) = folded.problems
    _is_clear(problem, here)
    assert here.case.table in folded.failed
    assert here.case.table not in folded.tables
    assert not here.case.other or folded.tables[here.case.other].rows.num_rows
    here.vendor.calm()
    here.wait()
    assert tables_of(here.read())[here.case.table]


def test_a_token_that_runs_out_in_the_middle_is_renewed_or_told_once(here):
    def run_out(asked):
        if here.case.is_page(asked) and here.pages_asked() == 1:
            here.case.expire(here.vendor)

    here.vendor.at("answered", here.case.route, run_out)
    folded = here.read()
    if here.case.renews:
        assert folded.problems == ()
    else:
        assert {problem.status for problem in folded.problems} == {401}
        assert all(problem.todo for problem in folded.problems)
    here.vendor.calm()
    here.case.renew(here.vendor)
    here.wait()
    assert here.read().problems == ()
    assert here.rows() == here.case.counts(here.vendor)[here.case.main]


def test_what_the_plan_does_not_have_is_a_note_and_no_data(here):
    if not here.case.gated:
        return  # a vendor whose plans all have everything that is read
    here.case.gate(here.vendor)
    folded = here.read()
    assert folded.problems == ()
    noted = [note.text for note in folded.notes if note.kind == "skipped"]
    assert any(here.case.gated in text for text in noted)
    assert not set(here.case.absent) & set(folded.tables)
    assert not set(here.case.absent) & set(folded.failed)


def _is_clear(problem, here):
    assert isinstance(problem, SourceUnavailable | SourceRejected)
    assert problem.what.startswith("source: ") or "HubSpot's" in problem.what
    assert problem.todo
    assert "\n" not in str(problem)
    assert here.company.token not in repr(problem)


def _goes_on(here):
    """The next run begins where the last one broke off, and has everything in the end."""
    here.vendor.calm()
    before = here.pages_asked()
    here.wait()
    report = here.read_main()
    assert (report.problem, report.complete) == (None, True)
    assert here.rows() == here.case.counts(here.vendor)[here.case.main]
    assert here.pages_asked() - before <= 3
