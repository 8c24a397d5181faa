"""Every figure of a digest is computed twice; what does not agree is withheld and told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from flows.datanotes import notes_of
from flows.disputes import still_withheld
from flows.history import by_cell
from flows.lakeside import facts_of
from flows.ledger import last_done
from flows.operators import withheld_notice
from flows.secondly import SECOND, checked, withheld_before
from flows.steps import by_hand
from flows.twice import compare, look_twice
from flows.workspace import Workspace, opened
from flows.writing import write
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.model import ALL, NullReason, Observation
from tasks.store import read, record
from tests.flows.small import CONFIG, NOW, Keepwell

MOMENT = datetime.fromisoformat(NOW)
OPERATORS = CONFIG + 'operators: {to: ["file:ops"]}\n'


def test_the_digest_says_that_it_was_checked(keepwell: Keepwell) -> None:
    _, told, _ = keepwell("digest", "--preview")
    assert "Scorecard checked by a second calculation." in told


def test_a_kpi_in_dispute_is_withheld_and_the_operators_are_told(
    keepwell: Keepwell, company: Path
) -> None:
    (company / "keepwell.yaml").write_text(OPERATORS, encoding="utf-8")
    keepwell("digest", "--preview")
    with opened(company / "keepwell.yaml", {}) as workspace:
        steps, week = by_hand(), workspace.settings.calendar.period("2026-W09")
        (lost,) = read(
            workspace.store, kpis=("churned_customers",), periods=(week.key,), dimension=ALL
        )
        record(workspace.store, [replace(lost, numerator=Decimal(7))], recorded_at=MOMENT)
        request = Request((week,), MOMENT, kpis=("churned_customers", "mrr"))
        opinion = steps.opine(facts_of(workspace), basis_of(workspace.settings), request)()
        assert opinion is not None
        compare(steps, workspace, week, opinion, MOMENT)

        now = read(workspace.store, kpis=("churned_customers",), periods=(week.key,))
        assert {one.null_reason for one in now} == {NullReason.WITHHELD}
        (mrr,) = read(workspace.store, kpis=("mrr",), periods=(week.key,), dimension=ALL)
        assert mrr.value == 950
        notes = notes_of(workspace, week)
        sentence = "churned_customers withheld: the second calculation does not agree, 7 is not 1."
        assert sentence in [note.text for note in notes]
        (notice,) = withheld_notice(steps, workspace, week, notes)
        assert "a mistake of Keepwell" in notice.message.text
        stored = by_cell(read(workspace.store, periods=(week.key,)))
        assert checked(workspace, week, stored).kpis == ("mrr",)


def test_looking_at_a_digest_computes_it_twice_and_writes_nothing(
    keepwell: Keepwell, company: Path
) -> None:
    _, told, _ = keepwell("digest")
    assert "Scorecard checked by a second calculation." in told
    assert not (company / "keepwell.db").exists()
    keepwell("sync")
    keepwell("measure")
    _, told, _ = keepwell("digest")
    assert "Scorecard checked by a second calculation." in told
    with opened(company / "keepwell.yaml", {}) as workspace:
        assert last_done(workspace, SECOND, "2026-W09") is None


def wrong(workspace: Workspace) -> Observation:
    """Write down a figure that is not so, as a mistake of ours would; return the true one."""
    chosen = {"kpis": ("churned_customers",), "periods": ("2026-W09",), "dimension": ALL}
    (true,) = read(workspace.store, **chosen)
    record(workspace.store, [replace(true, numerator=Decimal(7))], recorded_at=MOMENT)
    return true


def test_a_look_shows_no_figure_that_is_in_dispute(keepwell: Keepwell, company: Path) -> None:
    keepwell("sync")
    keepwell("measure")
    with opened(company / "keepwell.yaml", {}) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        seven = replace(wrong(workspace), numerator=Decimal(7))
        steps = by_hand()
        fresh, said = look_twice(steps, workspace, week, now=MOMENT, look=lambda: [seven])
        assert said is not None
        written = write(steps, workspace, week, now=MOMENT, fresh=fresh, said=said)
    sentence = "churned_customers withheld: the second calculation does not agree, 7 is not 1."
    assert sentence in " ".join(written.message.text.split())
    assert {one.null_reason for one in fresh} == {NullReason.WITHHELD}


def test_measuring_again_shows_a_withheld_figure_only_when_both_calculations_agree(
    company: Path, keepwell: Keepwell
) -> None:
    keepwell("digest", "--preview")
    with opened(company / "keepwell.yaml", {}) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        true = wrong(workspace)
        request = Request((week,), MOMENT, kpis=("churned_customers", "mrr"))
        opinion = by_hand().opine(facts_of(workspace), basis_of(workspace.settings), request)()
        assert opinion is not None
        compare(by_hand(), workspace, week, opinion, MOMENT)
        assert withheld_before(workspace, [week]) == {week: {"churned_customers"}}

        seven = [replace(true, numerator=Decimal(7))]
        (still,) = still_withheld(by_hand(), workspace, request, seven)
        assert still.null_reason is NullReason.WITHHELD
        assert still_withheld(by_hand(), workspace, request, [true]) == (true,)
    keepwell("measure", "--grain", "week")
    with opened(company / "keepwell.yaml", {}) as workspace:
        (now,) = read(
            workspace.store, kpis=("churned_customers",), periods=("2026-W09",), dimension=ALL
        )
        assert now.value == 1


OWN = """
from tasks.engine.pandas import Share, pandas_kpi


@pandas_kpi(
    "starter_share", name="Starter plans", unit="ratio", good="down", family="binomial",
    section="Retention", definition="Customers on Starter, of all.", action="Offer Pro to them.",
    tables=("subscription_versions", "customers"),
)
def starter_share(company):
    plans = company.books.kept("customers").set_index("customer_id")["plan"]
    here = company.closing
    return Share(here[here["customer_id"].map(plans).eq("Starter")], here)
"""


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own: what a file registers stays in there."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_ten_lines_of_pandas_are_a_kpi_like_any_other(company: Path) -> None:
    (company / "ours.py").write_text(OWN, encoding="utf-8")
    kpis = "kpis: {python: ./ours.py, include: [pack, starter_share]}\n"
    (company / "keepwell.yaml").write_text(CONFIG + kpis, encoding="utf-8")
    page = typed(company, "digest", "--preview", "--now", "2026-02-23T13:00:00+00:00")
    assert "Starter plans" in page.stdout, page.stderr
    assert "but for Starter plans." in page.stdout
    values = typed(
        company, "values", "--kpi", "starter_share", "--grain", "week", "--format", "csv"
    )
    rows = [line.split(",") for line in values.stdout.splitlines()]
    found = {row[5]: row[7:10] for row in rows if row[3] == "2026-W08"}
    assert typed(company, "explain", "starter_share", "2026-W08").returncode == 0
    assert found == {"ALL": ["1", "10", "10"], "Starter": ["1", "1", "1"], "Pro": ["0", "9", "9"]}


def test_a_file_that_stops_is_a_mistake_with_its_line(company: Path) -> None:
    (company / "ours.py").write_text("import pandas\nwrong = 1 / 0\n", encoding="utf-8")
    (company / "keepwell.yaml").write_text(CONFIG + "kpis: {python: ours.py}\n", encoding="utf-8")
    told = typed(company, "digest").stderr
    assert "ours.py stopped in line 2: ZeroDivisionError: division by zero" in told


def test_a_calculation_that_stops_is_told_with_its_line(company: Path) -> None:
    (company / "ours.py").write_text(OWN.replace('["plan"]', '["plant"]'), encoding="utf-8")
    kpis = "kpis: {python: ours.py, include: [starter_share]}\n"
    (company / "keepwell.yaml").write_text(CONFIG + kpis, encoding="utf-8")
    told = typed(company, "digest", "--preview", "--now", NOW).stderr
    assert "the calculation of starter_share stopped: KeyError: 'plant'" in told
    assert "ours.py line 11" in told
