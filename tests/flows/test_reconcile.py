"""Finance sends a list: whatever it looks like, each difference gets its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.small import NOW, Keepwell

# the book of February: c1 to c9 pay 100 each, Bolt 50; Acme left on the 25th
BOOK = 950


@pytest.fixture
def reconcile(keepwell: Keepwell, company: Path):
    """Reconcile a file's text with February; give the exit code, the facts, the errors."""
    keepwell("sync")

    def given(text: str | bytes, *more: str, name: str = "finance.csv"):
        written = text if isinstance(text, bytes) else text.encode()
        (company / name).write_bytes(written)
        options = ("--period", "2026-02", "--now", NOW, *more)
        code, out, err = keepwell("reconcile", name, *options, "--json")
        return code, json.loads(out) if code == 0 else {}, err

    return given


NINE = "".join(f"Customer {n},100\n" for n in range(1, 10))


def test_a_list_that_agrees(reconcile):
    code, found, _ = reconcile(f"Customer,MRR\n{NINE}Bolt,50\n")
    assert (code, found["theirs"], found["ours"], found["gap"]) == (0, "950", "950", "0")
    assert (found["equal"], found["explained_share"], found["reasons"]) == (10, None, {})


def test_each_difference_has_its_reason(reconcile):
    _, found, _ = reconcile(f"Customer,MRR\n{NINE}Acme Inc.,100\nStranger,7\n")
    assert (found["theirs"], found["ours"], found["gap"]) == ("1007", "950", "57")
    assert (found["differences"], found["explained"]) == ("157", "150")
    assert [(row["customer"], row["difference"], row["reason"]) for row in found["rows"][:3]] == [
        ("Acme", "100", "timing"),
        ("Bolt", "-50", "timing"),
        ("Stranger", "7", "unexplained"),
    ]
    assert found["explained_share"] == "0.955414"
    assert (found["only_theirs"], found["only_ours"], found["different"]) == (2, 1, 0)


def test_people_read_tables_and_one_last_line(reconcile, keepwell, company):
    reconcile(f"Customer,MRR\n{NINE}Acme Inc.,100\nStranger,7\n")
    code, out, _ = keepwell("reconcile", "finance.csv", "--period", "2026-02", "--now", NOW)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "theirs  1,007.00  11 customers"
    assert lines[1] == "ours      950.00  10 customers, MRR at the close of 2026-02"
    assert lines[2] == "gap       +57.00  USD; 9 agree"
    assert lines[4] == "Only theirs (2)"
    assert "Acme      100.00           +100.00  timing" in out
    assert (
        lines[-1] == "Explained 95.5 % of the $157 gap, every difference counted without its sign."
    )


def test_a_row_of_totals_is_checked_and_left_out(reconcile):
    _, found, _ = reconcile(f'Customer,MRR\n{NINE}Bolt,50\nTotal,"1,000.00"\n')
    assert found["theirs"] == "950"
    assert "Line 12 is a total of 1,000.00: the rows add up to 950.00." in found["notes"]
    _, found, _ = reconcile(f"Customer,MRR\n{NINE}Bolt,50\n,950\n")
    assert "Line 12 is a total of 950.00: the rows add up to it." in found["notes"]


def test_a_customer_in_several_rows_is_one(reconcile):
    _, found, _ = reconcile("Customer,MRR\nCustomer 1,60\nCustomer 1,40\nBolt,50\nBolt,50\n")
    rows = {row["customer"]: row for row in found["rows"]}
    assert (rows["Customer 1"]["reason"], rows["Customer 1"]["lines"]) == (None, [2, 3])
    assert (rows["Bolt"]["reason"], rows["Bolt"]["difference"]) == ("duplicate", "50")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('"$ 1,100.50"', "1100.5"),
        ("USD 1100.50", "1100.5"),
        ("(100)", "-100"),
        ("1 100.50", "1100.5"),
    ],
)
def test_amounts_as_people_write_them(reconcile, written, amount):
    _, found, _ = reconcile(f"Customer,MRR\nBolt,{written}\n")
    assert found["theirs"] == amount


def test_a_german_sheet(reconcile):
    text = "Kunde;Tarif;Monatsbetrag\nBolt;Pro;1.050,00\nCustomer 1;Pro;100,00\nSumme;;1.150,00\n"
    _, found, _ = reconcile(f"sep=;\r\n{text}".replace("\n", "\r\n").encode("cp1252"))
    assert found["theirs"] == "1150"
    assert "Not used: Tarif." in found["notes"]


def test_ids_and_foreign_headers(reconcile):
    _, found, _ = reconcile("Account ID,Account Name,ARR ($),Comment\nc1,Nonsense,1200,x\n")
    assert found["theirs"] == "100"
    assert found["notes"][0] == (
        "Read from finance.csv: customers from Account ID and Account Name, amounts from ARR ($), "
        "a year's amount divided by 12."
    )
    assert next(row for row in found["rows"] if row["theirs"])["reason"] is None


def test_headers_that_say_nothing_are_told_by_what_is_in_them(reconcile):
    _, found, _ = reconcile("Logo,Feb\nBolt,50\nCustomer 1,100\n")
    assert (found["theirs"], found["equal"]) == ("150", 2)


def test_columns_that_nobody_can_tell_are_named_by_hand(reconcile):
    text = "Logo,Jan,Feb\nBolt,40,50\n"
    code, _, err = reconcile(text)
    assert code == 2
    assert "no column of finance.csv is clearly the monthly amount. It has Logo, Jan, Feb." in err
    assert "Name the column with --amount." in err
    _, found, _ = reconcile(text, "--amount", "Feb", "--customer", "Logo")
    assert found["theirs"] == "50"
    code, _, err = reconcile(text, "--amount", "March")
    assert (code, "is called 'March'" in err) == (2, True)


def test_an_interval_of_a_year_is_divided(reconcile):
    _, found, _ = reconcile("Customer,Amount,Interval\nBolt,600,year\nCustomer 1,100,month\n")
    assert (found["theirs"], found["equal"]) == ("150", 2)


def test_rows_that_are_none_are_told_and_stop_nothing(reconcile):
    text = "Customer,MRR,Currency\nBolt,50,USD\nCustomer 1,on request,USD\nCustomer 2,,\n,9,USD\n"
    _, found, _ = reconcile(f"{text}Customer 3,100,CHF\n")
    assert found["left_out"] == [
        "line 3: 'on request' is no amount",
        "line 4: no amount for Customer 2",
        "line 5: it names no customer",
        "line 6: there is no exchange rate for CHF",
    ]
    assert found["theirs"] == "50"


@pytest.mark.parametrize("text", ["", "\n", "Customer,MRR\n"])
def test_an_empty_file_is_wrong_use(reconcile, text):
    code, _, err = reconcile(text)
    assert (code, "finance.csv has no rows" in err) == (2, True)


def test_a_workbook_has_to_be_saved_as_csv(reconcile):
    code, _, err = reconcile(b"PK\x03\x04", name="finance.xlsx")
    assert (code, "Save its sheet as CSV" in err) == (2, True)


def test_hardly_unexplained_is_not_all_explained(reconcile, keepwell):
    reconcile(f"Customer,MRR\n{NINE}Bolt,50\nAcme,100\nCustomer 2,0.04\n")
    _, out, _ = keepwell("reconcile", "finance.csv", "--period", "2026-02", "--now", NOW)
    assert out.splitlines()[-1] == "Explained 99.9 % of the $100 gap."


def test_a_list_of_something_else_is_wrong_use(reconcile):
    code, _, err = reconcile("Colour,Weight\nred,3\n")
    assert code == 2
    assert "no column of finance.csv has customers whom we know. It has Colour, Weight." in err


def test_what_is_asked_must_be_there(keepwell, company):
    code, _, err = keepwell("reconcile", "nowhere.csv", "--period", "2026-02", "--now", NOW)
    assert (code, "there are no facts yet" in err) == (2, True)
    keepwell("sync")
    code, _, err = keepwell("reconcile", "nowhere.csv", "--period", "2026-02", "--now", NOW)
    assert (code, "there is no file nowhere.csv" in err) == (2, True)
    for period in ("2027-05", "soon"):
        assert keepwell("reconcile", "nowhere.csv", "--period", period, "--now", NOW)[0] == 2


def test_an_open_period_says_of_which_day_our_side_is(reconcile, keepwell):
    reconcile("Customer,MRR\nBolt,50\n")
    _, out, _ = keepwell("reconcile", "finance.csv", "--period", "2026-03", "--now", NOW)
    assert "2026-03 is not over: our side is what it was on 2026-03-02." in out


def test_a_name_cannot_move_what_the_screen_shows(reconcile, keepwell):
    reconcile("Customer,MRR\n\x1b[2JBad,50\n")
    _, out, _ = keepwell("reconcile", "finance.csv", "--period", "2026-02", "--now", NOW)
    assert "\x1b" not in out
