"""The sample company is made up once: the same seed and day give the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tasks.sample import write_company


def prints(folder: Path) -> dict[str, str]:
    """The fingerprint of every file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first = write_company(tmp_path / "first", seed=3)
    again = write_company(tmp_path / "again", seed=3)
    assert prints(first.folder) == prints(again.folder)
    assert first.rows == again.rows


def test_another_seed_gives_another_company_with_the_same_configuration(tmp_path):
    one = prints(write_company(tmp_path / "one", seed=1).folder)
    two = prints(write_company(tmp_path / "two", seed=2).folder)
    same = {name for name in one if one[name] == two[name]}
    assert one.keys() == two.keys()
    assert same == {"keepwell.yaml", "exports/crm/owners.csv"}


@pytest.mark.parametrize(
    ("until", "last_week"),
    [
        (datetime(2026, 11, 23, 13, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 22, 23, tzinfo=UTC), "2026-W46"),
        (datetime(2027, 3, 16, 12, tzinfo=UTC), "2027-W10"),
    ],
)
def test_the_story_ends_with_the_last_full_week_before_the_given_day(tmp_path, until, last_week):
    company = write_company(tmp_path, until=until)
    assert company.last_week == last_week
    assert company.now == until
    assert company.configuration == tmp_path / "keepwell.yaml"


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write_company(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
