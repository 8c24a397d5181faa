"""From a Stripe account to MRR on the command line, every figure worked out by hand."""

from __future__ import annotations

import csv
import io
from contextlib import chdir, redirect_stderr, redirect_stdout
from decimal import Decimal

import pytest

from flows.cli import run
from tests.connectors.stripe.books import CASES, SYNCED, books
from tests.doubles.stripe import Stripe

# Of each rule one customer: what it pays a month before February and after it, and what became of the difference.
# The rules are those of our page on KPIs, 1.1, 1.2 and 1.9.
WORKED = """
yearly                            |  100    |  100    |                          | 1,200 / 12
every three months                |   30    |   30    |                          | 90 / 3
weekly                            |   52    |   52    |                          | 12 x 52 / 12
yen                               |   99    |   99    |                          | 15,000 JPY, which has no small change, x 0.0066
dinars                            |   33.125|   33.125|                          | 12.500 BHD, of three digits, x 2.65
a price of two currencies         |   61.6  |   61.6  |                          | 2 x 28 EUR, not 30 USD, x 1.10
seven seats                       |   87.5  |   87.5  |                          | 7 x 12.50
thirteen products                 |   13    |   13    |                          | 13 x 1; ten come along with a subscription
parts of a cent                   |    5    |    5    |                          | 1,000 x 0.005
tiers added up                    |   80    |   80    |                          | 10 x 5 + 5 x 4 + 10
tiers for all                     |   70    |   70    |                          | 15 x 4 + 10
tiers on the invoice              |   80    |   80    |                          | as above, though the price does not tell them
packages                          |   30    |   30    |                          | 12 are 3 packages of 5, at 10 each
metered only                      |    0    |    0    |                          | usage is no MRR
seats and metered                 |   30    |   30    |                          | 3 x 10
free                              |    0    |    0    |                          | free is no MRR
tax inside                        |   30    |   30    |                          | 36 / 1.20
tax on top                        |   30    |   30    |                          | tax is no MRR
tax that stripe works out         |   20    |   20    |                          | 23.80 / 1.19
tax inside and less               |   30    |   30    |                          | (42 - 6) / 1.20
a quarter off for ever            |   30    |   30    |                          | 40 x 0.75
an amount off for ever            |   50    |   50    |                          | 60 - 10
all of it off                     |    0    |    0    |                          | 50 x 0: free
half off once                     |   40    |   40    |                          | once does not recur
half off until spring             |   20    |   20    |                          | 40 x 0.5 all along
half off until mid month          |   20    |   40    | expansion_mrr       20   | 40 x 0.5, then 40
free months first                 |    0    |   30    | mrr_new             30   | 30 x 0, then 30
half off from february on         |   80    |   40    | contraction_mrr     40   | 960 / 12; half of it since 2 February
half off for three months and three more| 20 |   20    |                          | 40 x 0.5, and again
half off for the customer         |   20    |   20    |                          | 40 x 0.5, by no discount of its own
its own discount and the customers|   30    |   30    |                          | 40 x 0.75: its own goes first
an item of its own at half        |   50    |   50    |                          | 40 + 20 x 0.5
trial that is bought              |    0    |   30    | mrr_new             30   | pays from 17 February on
still on trial                    |    0    |    0    |                          | until 6 March
never paid first                  |    0    |    0    |                          | incomplete
past due                          |   30    |   30    |                          | pays until it is given up
unpaid                            |   30    |    0    | churned_mrr         30   | given up on 20 February
ended as nobody paid              |   30    |    0    | churned_mrr         30   | ended on 21 February
collection paused                 |   30    |    0    | contraction_mrr     30   | still a customer
ends with its period              |   30    |   30    |                          | asked in February, ends on 10 March
ended with its period             |   30    |    0    | churned_mrr         30   | asked in January, ended on 10 February
cancelled with the rest given back|   30    |    0    | churned_mrr         30   | ended on 16 February
customer deleted                  |   30    |    0    | churned_mrr         30   | on 18 February
to the free plan                  |   30    |    0    | churned_mrr         30   | 0 is no customer
a larger plan                     |   30    |   80    | expansion_mrr       50   | on 16 February
a smaller plan                    |   80    |   30    | contraction_mrr     50   | on 16 February
a larger plan before any event    |   30    |   70    | expansion_mrr       40   | on 2 February, told by the invoice
changed twice with a quarter off  |   45    |   60    | expansion_mrr       15   | 720 x 0.75 / 12, then 960 x 0.75 / 12
changed twice with an amount off  |   50    |   70    | expansion_mrr       20   | (720 - 120) / 12, then (960 - 120) / 12
from free to paid before any event|   30    |   30    |                          | since 20 January
three more seats                  |   50    |   80    | expansion_mrr       30   | 5 x 10, then 8 x 10
from months to a year             |   30    |   25    | contraction_mrr      5   | 300 / 12
one of two dropped                |   50    |   30    | contraction_mrr     20   | 30 + 20, then 30
swapped within minutes            |   30    |   45    | expansion_mrr       15   | net of the customer
back after months                 |    0    |   35    | reactivation_mrr    35   | paid 30 until November
left and came back                |   30    |   30    |                          | within the month: retained
came and left                     |    0    |    0    |                          | within the month: never in a balance
begins with march                 |    0    |    0    |                          | the first instant of March is March's
begins late in february           |    0    |   30    | mrr_new             30   | 03:00 UTC is 28 February in New York
set up for a fee                  |   30    |   30    |                          | 500 once is no MRR
paid back                         |   30    |   30    |                          | credit notes and refunds move no MRR
a child that leaves               |   70    |   50    | contraction_mrr     20   | 50 + 20 of one parent, then 50
"""
OTHERWISE = """
half off until spring             |   40    |   40    |                          | only what lasts for ever is taken off
half off until mid month          |   40    |   40    |                          | as above
half off for three months and three more| 40 |   40    |                          | as above
free months first                 |   30    |   30    |                          | as above
collection paused                 |   30    |   30    |                          | paused collection counts as active
"""
MOVES = ("mrr_new", "expansion_mrr", "contraction_mrr", "churned_mrr", "reactivation_mrr")
RATES_OF_THEM = ("arpa_mrr", "logo_churn_rate", "nrr", "grr")
KPIS = ("mrr_opening", *MOVES, "mrr", *RATES_OF_THEM, "scheduled_churn_mrr", "cancellation_notices")
NOBODY = "(none)"  # a customer who was deleted before the first sync has no segment any more
CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///keepwell.db"
segments: [segment]
kpis: {{include: [{kpis}]}}
sources:
  - name: stripe
    kind: stripe
    base_url: "{url}"
    token: "{token}"
    calls_per_s: 1000000
    metadata: {{segment: segment, parent_id: parent}}
    {more}
  - {{name: rates, kind: files, path: ./rates}}
"""
RATES = """\
currency,rate_date,rate_to_usd,kind
JPY,2025-01-01,0.0066,locked
BHD,2025-01-01,2.65,locked
EUR,2025-01-01,1.10,locked
"""
FEBRUARY = ("--grain", "month", "--from", "2026-02", "--to", "2026-02")


def worked(text):
    """A table as above: before, after and the difference, by customer."""
    found = {}
    for line in text.strip().splitlines():
        name, before, after, moved, _ = (cell.strip() for cell in line.split("|"))
        move, _, much = moved.partition(" ")
        moves = {one: Decimal(much) if one == move else Decimal(0) for one in MOVES}
        found[name] = {"mrr_opening": Decimal(before), **moves, "mrr": Decimal(after)}
    return found


BY_HAND = worked(WORKED)


def typed(*arguments):
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = run(list(arguments))
    assert code == 0, out.getvalue()
    return out.getvalue()


def company(folder, stripe, more=""):
    (folder / "rates").mkdir()
    (folder / "rates" / "fx_rates.csv").write_text(RATES, encoding="utf-8")
    said = CONFIG.format(url=stripe.base_url, token=stripe.token, more=more, kpis=", ".join(KPIS))
    (folder / "keepwell.yaml").write_text(said, encoding="utf-8")


def measured():
    """Return what is known of February: every KPI, of each customer and of all."""
    now = ("--now", SYNCED.isoformat())
    synced = typed("sync", *now)
    typed("measure", *FEBRUARY, "--all-variants", *now)
    asked = ("--all-variants", "--format", "csv")
    values = typed("values", *asked, *(f"--kpi={kpi}" for kpi in KPIS))
    rows = list(csv.DictReader(io.StringIO(values)))
    named = {"default": ""}
    figures = {
        (row["segment"], f"{row['kpi']} {named.get(row['variant'], row['variant'])}".strip()): row
        for row in rows
    }
    return synced, figures


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stripe")
    with Stripe(books(), page=25) as stripe, chdir(folder):
        company(folder, stripe)
        yield (*measured(), typed("check", "--connect", "--now", SYNCED.isoformat()))


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory):
    """The same account in the older shape of the API, with the other settings."""
    folder = tmp_path_factory.mktemp("otherwise")
    with Stripe(books(), page=25, shape="old") as stripe, chdir(folder):
        said = ("version: 2022-11-15", "discounts: forever_only", "pauses: active")
        company(folder, stripe, "\n    ".join(said))
        yield measured()[1]


def figures_of(figures, name):
    """What was measured of one customer."""
    known_as = NOBODY if name == "customer deleted" else name
    there = {kpi: figures.get((known_as, kpi)) for kpi in ("mrr_opening", *MOVES, "mrr")}
    return {kpi: Decimal(row["value"] if row else 0) for kpi, row in there.items()}


def test_every_rule_has_a_customer():
    assert list(BY_HAND) == [name for name in BY_HAND if name in CASES]
    assert set(BY_HAND) == set(CASES)


@pytest.mark.parametrize("name", BY_HAND)
def test_mrr_is_as_worked_out_by_hand(as_it_is, name):
    assert figures_of(as_it_is[1], name) == BY_HAND[name]


@pytest.mark.parametrize("name", BY_HAND)
def test_the_older_api_says_the_same_but_for_what_is_set_otherwise(otherwise, name):
    assert figures_of(otherwise, name) == (BY_HAND | worked(OTHERWISE))[name]


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator"),
    [
        ("mrr_opening", "2096.225", ""),
        ("mrr_new", "90", ""),
        ("expansion_mrr", "190", ""),
        ("contraction_mrr", "165", ""),
        ("churned_mrr", "180", ""),
        ("churned_mrr involuntary", "60", ""),
        ("churned_mrr voluntary", "120", ""),
        ("contraction_mrr pause", "30", ""),
        ("scheduled_churn_mrr", "30", ""),
        ("cancellation_notices", "8", ""),  # one for its period's end, seven at once
        ("reactivation_mrr", "35", ""),
        ("mrr", "2066.225", ""),  # 2096.225 + 90 + 190 + 35 - 165 - 180
        ("arpa_mrr", "2066.225", "49"),
        ("logo_churn_rate", "6", "51"),  # who is paused stays
        ("nrr", "1941.225", "2096.225"),  # 2096.225 + 190 - 165 - 180
        ("grr", "1751.225", "2096.225"),  # 2096.225 - 165 - 180
    ],
)
def test_all_of_them_together(as_it_is, kpi, numerator, denominator):
    row = as_it_is[1]["ALL", kpi]
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    if kpi in {"mrr_opening", *MOVES, "mrr"}:
        assert sum(one[kpi] for one in BY_HAND.values()) == Decimal(numerator)


def test_a_customer_of_whom_only_bills_are_left_is_said(as_it_is):
    said = "those deleted at Stripe are known by what they paid alone (1 row of customers)"
    assert said in as_it_is[0]


def test_the_account_was_reached_and_read(as_it_is):
    assert "stripe: 8 of 8 streams answer; read until 2026-03-05 13:00 UTC" in as_it_is[2]
