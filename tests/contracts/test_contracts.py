"""What we send is what the vendors' own contracts allow; what these answer is read and mapped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contracts.accounts import NOW, VENDORS, Run
from tests.contracts.front import front
from tests.contracts.prism import mocks
from tests.contracts.saved import contracts, cut

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("contracts")]

LATER = NOW + timedelta(days=1)
MANY = 30  # pages: far more than a cursor needs to come again
BODIES = pytest.mark.parametrize("made_up", [False, True], ids=["examples", "made up"])


@pytest.fixture(scope="module", params=VENDORS)
def vendor(request):
    return VENDORS[request.param]


@pytest.fixture(scope="module")
def theirs(vendor, tmp_path_factory):
    files = contracts(vendor.connector.key, vendor.contracts)
    if vendor.paths:
        folder = tmp_path_factory.mktemp("contracts")
        files = tuple(cut(file, vendor.paths, folder) for file in files)
    with mocks(files, "--seed", "1") as started:
        yield started


@pytest.fixture(scope="module")
def used():
    return set()


@pytest.fixture
def door(vendor, theirs, used):
    def opened(**how):
        return front(theirs, vendor.allowed, used=used, **how)

    return opened


@BODIES
def test_what_a_stream_asks_is_accepted_and_what_comes_is_read(vendor, door, made_up):
    against = {}
    for name in vendor.streams():
        with door(made_up=made_up, change=vendor.always) as there:
            first = vendor.read(there.base_url, name, Run())
            vendor.read(there.base_url, name, Run(first.cursor, LATER))
        assert there.asked
        assert first.absent or first.pages or first.endless, name
        against |= {name: there.against} if there.against else {}
    assert against == {}


@BODIES
def test_what_comes_is_mapped(vendor, door, tmp_path, made_up):
    with door(change=vendor.ends, made_up=made_up) as there:
        made = vendor.extract(there.base_url, tmp_path)
    assert there.against == []
    assert made.problems == ()
    rows = {table.table for table in made.tables if table.rows.num_rows}
    assert rows >= (vendor.from_made_up if made_up else vendor.from_examples)


def test_a_cursor_that_never_ends_ends_in_one_clear_error(vendor, door):
    for name in vendor.streams():
        with door(change=vendor.goes_on) as there:
            run = vendor.read(there.base_url, name, Run(), MANY)
        assert there.against == []
        assert run.endless or run.absent or name in vendor.one_page, name


def test_streams_without_an_end_keep_no_other_from_theirs(vendor, door, tmp_path):
    with door(change=vendor.goes_on) as there:
        made = vendor.extract(there.base_url, tmp_path)
    assert there.against == []
    assert made.problems
    assert all("never end" in str(problem) for problem in made.problems)


def test_nothing_is_allowed_that_no_request_needs(vendor, theirs, used):
    assert vendor.allowed.all() - used == set()
