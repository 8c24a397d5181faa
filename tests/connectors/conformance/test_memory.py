"""What does a row more take of memory, from the first page asked for to the folded table? Complaint 32.

Python's memory only, not Arrow's; what it is that stays is not told apart here.
"""

from __future__ import annotations

import gc
import tracemalloc

from tests.connectors.conformance.company import company_in

FEW, MANY = 10, 80
MOST = 6_000  # bytes a row: twice what the greatest took when this was written


class Forgotten(list):
    """What was asked, not noted: the double's notes would count as ours."""

    def append(self, _asked):
        pass


def used(case, folder, rows):
    """The most that was held at once while so many rows more were read and folded, in bytes."""
    with case.open() as vendor, company_in(folder, case, vendor) as company:
        for _ in range(rows):
            case.add(vendor)
        case.wait(vendor, 30)
        vendor.requests = Forgotten()
        gc.collect()
        tracemalloc.start()
        try:
            assert company.read(case.now(vendor)).problems == ()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_what_a_row_more_takes_of_memory_is_bounded(case, tmp_path):
    used(case, tmp_path / "first", 1)  # what is made once is not counted
    few, many = (used(case, tmp_path / str(rows), rows) for rows in (FEW, MANY))
    assert (many - few) / (MANY - FEW) < MOST
