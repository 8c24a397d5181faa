"""A first configuration: commented, complete, and with a mapping of our own tables' exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.small import CUSTOMERS, VERSIONS, Keepwell


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of exports under names that are not ours."""
    folder = tmp_path / "elsewhere" / "exports"
    folder.mkdir(parents=True)
    theirs = CUSTOMERS.replace("customer_id", "Customer ID", 1).replace("is_test", "isTest", 1)
    (folder / "CRM_Customers_2026.csv").write_text(theirs, encoding="utf-8")
    (folder / "billing.csv").write_text(VERSIONS, encoding="utf-8")
    (folder / "lunch.csv").write_text("day,dish\nmonday,soup\n", encoding="utf-8")
    (folder / "Book.xlsx").write_bytes(b"PK")
    return folder.parent


def test_a_first_configuration_needs_only_exports(keepwell: Keepwell, company: Path) -> None:
    (company / "keepwell.yaml").unlink()
    code, out, _ = keepwell("init")
    assert code == 0
    assert out.startswith("Wrote keepwell.yaml.")
    assert keepwell("check")[0] == 0


def test_nothing_is_ever_overwritten(keepwell: Keepwell, company: Path) -> None:
    before = (company / "keepwell.yaml").read_text(encoding="utf-8")
    code, _, err = keepwell("init")
    assert code == 2
    assert err == (
        "keepwell: keepwell.yaml is there already, and stays as it is. "
        "Name another folder, or move it away first.\n"
    )
    assert (company / "keepwell.yaml").read_text(encoding="utf-8") == before


def test_a_file_is_known_by_its_name_or_by_its_columns(keepwell: Keepwell, elsewhere: Path) -> None:
    code, out, _ = keepwell("init", str(elsewhere), "--from", str(elsewhere / "exports"), "--yes")
    assert code == 0
    assert "CRM_Customers_2026.csv looks like customers" in out
    assert "billing.csv looks like subscription_versions" in out
    assert "lunch.csv is not used: its columns say nothing that is known here" in out
    assert "Book.xlsx is not used: save its sheets as CSV, and run this again" in out


def test_the_guess_is_a_mapping_that_works(keepwell: Keepwell, elsewhere: Path) -> None:
    keepwell("init", str(elsewhere), "--from", str(elsewhere / "exports"), "--yes")
    config = elsewhere / "keepwell.yaml"
    written = config.read_text(encoding="utf-8")
    assert 'customer_id: "Customer ID"' in written
    assert "is_test: isTest" in written
    code, out, _ = keepwell("check", "--config", str(config))
    assert code == 0
    assert "exports: 22 rows of customers, subscription_versions" in out


def test_exports_under_our_own_names_need_no_mapping(keepwell: Keepwell, company: Path) -> None:
    (company / "keepwell.yaml").unlink()
    keepwell("init", "--from", "exports", "--yes")
    written = (company / "keepwell.yaml").read_text(encoding="utf-8")
    assert "tables:" not in written
    assert 'path: "./exports"' in written


def test_columns_that_are_not_there_are_written_down(keepwell: Keepwell, company: Path) -> None:
    (company / "keepwell.yaml").unlink()
    path = company / "exports" / "customers.csv"
    path.write_text(CUSTOMERS.replace("industry", "branch", 1), encoding="utf-8")
    keepwell("init", "--from", "exports", "--yes")
    written = (company / "keepwell.yaml").read_text(encoding="utf-8")
    assert "lacks: [industry]" in written
    assert "exports: 22 rows of customers, subscription_versions" in keepwell("check")[1]


def test_a_folder_without_anything_of_use_is_told(keepwell: Keepwell, company: Path) -> None:
    (company / "keepwell.yaml").unlink()
    (company / "bare").mkdir()
    (company / "bare" / "broken.parquet").write_bytes(b"x")
    code, out, err = keepwell("init", "--from", "bare", "--yes")
    assert code == 3
    assert "broken.parquet is not used: it cannot be read" in out
    assert "Nothing in 'bare' could be used, so nothing was written." in err
    assert not (company / "keepwell.yaml").exists()


def test_a_folder_that_is_not_there_is_told(keepwell: Keepwell, company: Path) -> None:
    (company / "keepwell.yaml").unlink()
    code, _, err = keepwell("init", "--from", "exprts")
    assert code == 3
    assert "There is no folder 'exprts'." in err
    assert not (company / "keepwell.yaml").exists()
