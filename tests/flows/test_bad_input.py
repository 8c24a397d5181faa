"""Bad input gets one sentence with file, line or key and what to do; what can be loaded is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.small import Keepwell

Edit = Callable[[str, str], None]


@pytest.fixture
def config(company: Path) -> Edit:
    """Replace something in keepwell.yaml."""

    def replace(old: str, new: str) -> None:
        path = company / "keepwell.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def tables(config: Edit) -> Callable[[str], None]:
    """Map the tables of the source."""
    return lambda mapping: config("path: ./exports}", f"path: ./exports, tables: {{{mapping}}}}}")


def problem(err: str) -> str:
    """What was said on stderr besides progress."""
    return "\n".join(line for line in err.splitlines() if not line.endswith(" ..."))


def test_a_missing_file(keepwell: Keepwell, company: Path, tables: Callable[[str], None]) -> None:
    tables("customers: {file: customers.csv}, tickets: {file: custmers.csv}")
    code, out, err = keepwell("sync")
    assert code == 3
    assert "customers    11      11" in out
    assert problem(err) == (
        "keepwell: tickets is not loaded: there is no file 'custmers.csv'. "
        f"Looked in {company / 'exports'}; did you mean 'customers.csv'?"
    )


def test_a_missing_folder(keepwell: Keepwell, company: Path, config: Edit) -> None:
    config("./exports", "./exprts")
    code, _, err = keepwell("sync")
    assert code == 3
    assert problem(err) == (
        f"keepwell: There is no folder 'exprts'. Looked for {company / 'exprts'}. "
        "Create it, or correct 'path' in the configuration."
    )


def test_an_unknown_column(keepwell: Keepwell, tables: Callable[[str], None]) -> None:
    tables(
        "customers: {file: customers.csv, columns: {name: contry}}, "
        "subscription_versions: {file: subscription_versions.csv}"
    )
    code, out, err = keepwell("sync")
    assert code == 2
    assert "subscription_versions    11      11" in out
    assert "customers is not loaded: there is no column 'contry' for name" in problem(err)
    assert "did you mean 'country'?" in problem(err)


def test_our_own_column_misspelt_is_found_before_anything_is_read(
    keepwell: Keepwell, tables: Callable[[str], None]
) -> None:
    tables("customers: {file: customers.csv, columns: {nam: name}}")
    code, _, err = keepwell("sync")
    assert code == 2
    assert "line 4" in err
    assert "did you mean 'name'?" in err


def test_a_select_that_fails(keepwell: Keepwell, tables: Callable[[str], None]) -> None:
    tables(
        "customers: {sql: SELECT custmer_id FROM customers}, "
        "subscription_versions: {file: subscription_versions.csv}"
    )
    code, out, err = keepwell("sync")
    assert code == 2
    assert "subscription_versions    11      11" in out
    assert 'Referenced column "custmer_id" not found' in problem(err)
    assert "tables.customers.sql" in problem(err)


def test_a_wrong_date(keepwell: Keepwell, company: Path) -> None:
    path = company / "exports" / "subscription_versions.csv"
    text = path.read_text(encoding="utf-8").replace("2026-02-24T17:00:00Z", "24.13.2026")
    path.write_text(text, encoding="utf-8")
    code, out, _ = keepwell("sync")
    assert code == 0
    assert "subscription_versions    11      10            1" in out
    assert "1 x subscription_versions.valid_from not a time such as 2026-02-28T17:00:00Z" in out


def test_mixed_encodings(keepwell: Keepwell, company: Path) -> None:
    path = company / "exports" / "customers.csv"
    line = "u{n},{name},SMB,retail,DE,ads,,false,,Pro\n"
    latin, utf8 = line.format(n=1, name="Müller"), line.format(n=2, name="Zoë")
    path.write_bytes(path.read_bytes() + latin.encode("cp1252") + utf8.encode("utf-8"))
    code, out, _ = keepwell("sync")
    assert code == 0
    assert "customers                13      13            0" in out
    assert "customers.csv: 1 line is in another encoding than the rest; nothing is lost." in out


def test_an_empty_table(keepwell: Keepwell, company: Path) -> None:
    (company / "exports" / "tickets.csv").write_bytes(b"")
    code, out, _ = keepwell("sync")
    assert code == 0
    assert "tickets has no rows." in out
    assert keepwell("digest")[0] == 0


def test_a_duplicate_key(keepwell: Keepwell, company: Path) -> None:
    with (company / "exports" / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("acme,Acme again,SMB,retail,US,ads,,false,,Starter\n")
    code, out, _ = keepwell("sync")
    assert code == 0
    assert "customers                12      11            1" in out
    assert "1 x customers.customer_id" in out


def test_a_currency_without_a_rate(keepwell: Keepwell, company: Path) -> None:
    path = company / "exports" / "subscription_versions.csv"
    text = path.read_text(encoding="utf-8").replace(",50,1,USD", ",50,1,EUR")
    path.write_text(text, encoding="utf-8")
    code, out, _ = keepwell("sync")
    assert code == 0
    assert "subscription_versions: 1 row in EUR, for which fx_rates has no rate" in out
    keepwell("measure")
    _, values, _ = keepwell("values", "--kpi", "mrr", "--from", "2026-02", "--by", "ALL")
    assert "missing_fx" in values


def test_a_goal_on_an_unknown_kpi(keepwell: Keepwell, config: Edit) -> None:
    config("segments: [plan]", "segments: [plan]\ngoals: [{kpi: logo_chrn_rate, at_most: 0.02}]")
    code, _, err = keepwell("check")
    assert code == 2
    assert problem(err) == (
        "keepwell: keepwell.yaml: 1 mistake\n"
        "line 6, goals[0].kpi: unknown KPI 'logo_chrn_rate'; did you mean 'logo_churn_rate'?"
    )


def test_a_broken_yaml(keepwell: Keepwell, config: Edit) -> None:
    config("segments: [plan]", "segments: [plan")
    code, _, err = keepwell("check")
    assert code == 2
    assert "keepwell.yaml: 1 mistake\nline 6, file: this is no YAML" in problem(err)


def test_every_mistake_at_once(keepwell: Keepwell, config: Edit) -> None:
    config("currency: USD", "currency: XXL")
    config("segments: [plan]", "segments: [plam]")
    config("kind: files", "kind: filse")
    _, _, err = keepwell("check")
    assert problem(err).startswith("keepwell: keepwell.yaml: 3 mistakes\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("values --kpi npz", "unknown KPI 'npz'; did you mean 'nps'?"),
        ("values --kpi nps --variant defalt", "unknown variant of nps 'defalt'; did you mean"),
        ("values --grain fortnight", "unknown grain 'fortnight'; known: day, month, quarter"),
        ("values --by plam", "unknown segment dimension 'plam'; did you mean 'plan'?"),
        ("values --format xml", "unknown format 'xml'; known: csv, json, table."),
        ("values --from 2026-13", "'2026-13' is not a period"),
        ("values --from 2026-03 --to 2026-02", "2026-02 ends before 2026-03."),
        ("values --grain month --from 2026-W01", "2026-W01 is a week, shorter than a month."),
        ("sync --source exprots", "unknown source 'exprots'; did you mean 'exports'?"),
        ("digest --period 2027-W01", "2027-W01 has not begun yet."),
        ("digest --period 2026-W09 --grain month", "2026-W09 is a week, not a month."),
        ("digest --preview --send", "--preview and --send exclude each other."),
        ("check --config nope.yaml", "cannot read nope.yaml: No such file or directory."),
        ("kpis npz", "unknown KPI 'npz'; did you mean 'nps'?"),
    ],
)
def test_wrong_use_is_told_in_a_sentence_and_ends_with_2(
    keepwell: Keepwell, typed: str, said: str
) -> None:
    code, _, err = keepwell(*typed.split())
    assert code == 2
    assert problem(err).startswith(f"keepwell: {said}")
    assert "Traceback" not in err


@pytest.mark.parametrize("typed", ["digst", "values --kpy nps", "values --as-of yesterday"])
def test_what_cannot_even_be_read_ends_with_2_as_well(keepwell: Keepwell, typed: str) -> None:
    code, _, err = keepwell(*typed.split())
    assert code == 2
    assert "keepwell" in err
    assert "Traceback" not in err


def test_a_store_that_cannot_be_used(keepwell: Keepwell, company: Path) -> None:
    (company / "keepwell.db").write_text("this is no database at all" * 40, encoding="utf-8")
    code, _, err = keepwell("sync")
    assert code == 2
    assert problem(err).startswith("keepwell: The store cannot be used: file is not a database")
