"""Is the credential anywhere it should not be? Complaint 33."""

from __future__ import annotations

import gzip
import logging

import pytest

from tests.doubles.faults import Reply


def everything_written(folder):
    """The content of every file, unpacked, and all their names."""
    for path in folder.rglob("*"):
        yield str(path).encode()
        if path.is_file():
            content = path.read_bytes()
            yield gzip.decompress(content) if path.suffix == ".gz" else content


@pytest.mark.parametrize("status", [200, 401, 403, 503])
def test_the_token_is_in_no_log_error_file_state_or_report(here, status, caplog):
    caplog.set_level(logging.DEBUG)
    company = here.company

    def indiscreet(proper):
        said = {"message": f"you asked with {company.token}"}
        return Reply(proper.data if status == 200 else said, status, {"X-Echo": company.token})

    if status != 200:
        here.order(indiscreet, times=999, skip=1)
        report = company.read_main(here.now)
        assert report.problem is not None
        told = f"{report!r} {report.problem!r} {report.problem} {company.told}"
    else:
        folded = here.read()
        told = f"{folded.notes!r} {folded.problems!r} {company.told}"
    told += f"{caplog.text} {company.settings!r} {company.streams!r}"
    assert company.token not in told
    secret = company.token.encode()
    assert not [True for content in everything_written(company.folder) if secret in content]


def test_a_field_that_nobody_may_keep_is_in_no_file(here):
    here.company.more = {"leave_out": (_a_field_of(here),)}
    assert all(each.leave_out == here.company.more["leave_out"] for each in here.company.streams)
    here.read_main()
    name = f'"{here.company.more["leave_out"][0]}"'.encode()
    assert not [
        True for content in everything_written(here.company.folder / "raw") if name in content
    ]
    assert here.rows() == here.case.counts(here.vendor)[here.case.main]


def _a_field_of(here):
    """A field of the main stream's rows that is neither their key nor their version."""
    return here.case.private
