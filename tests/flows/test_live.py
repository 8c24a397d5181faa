"""The same company gives the same digest, from its files and through difficult vendors."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from flows.cli import run
from flows.live import Live, show_live
from flows.live_compared import WHY, Kept, Pair
from flows.live_told import told
from flows.live_vendors import (
    CRM,
    DESK,
    MODULE,
    HubSpotPlace,
    Vendors,
    ZendeskPlace,
    checkout_of,
    open_vendors,
)
from flows.measure import How, compute_only
from flows.steps import by_hand
from flows.workspace import opened
from tasks.errors import SourceUnavailable, Stop, WrongUse
from tasks.messages.drawing import draw
from tasks.model import Observation
from tasks.sample import Company, write_company
from tasks.store import runs_of
from tests.doubles.sample_company import cut

ROOT = Path(__file__).parents[2]
ONE_IN = 12  # customers: enough for a few pages of everything
QUICK = ("--hubspot", "30", "--zendesk", "120", "--page", "250")
WEEKS, TWO = 40, ("mrr", "logo_churn_rate")
OVER_TIME = ("mrr", "nrr", "grr", "logo_churn_rate", "csat", "nps", "ticket_volume")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    written = write_company(tmp_path_factory.mktemp("live"))
    cut(written.folder, ONE_IN)
    return written


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What was told while it ran."""
    return []


@pytest.fixture(scope="module")
def live(company: Company, said: list[str]) -> Live:
    return show_live(company, ROOT, said.append, draw, *QUICK)


@pytest.mark.parametrize("kpi", ["mrr", "logo_churn_rate", "ticket_volume", "csat", "nps", "nrr"])
def test_the_week_is_the_same_from_files_and_through_vendors(live: Live, kpi: str) -> None:
    pair = next(one for one in live.pairs if one.files.kpi == kpi)
    assert pair.is_same
    assert pair.files.value is not None


def test_what_differs_differs_for_a_reason_that_is_told(live: Live) -> None:
    assert {one.files.kpi for one in live.pairs if not one.is_same} <= WHY.keys()
    assert live.holds


def test_every_week_before_it_is_the_same_too(company: Company, live: Live) -> None:
    places = (company.configuration, live.shown.configuration)
    files, vendors = (_year(company, place) for place in places)
    assert len(files) > 1_000
    assert files == vendors


def _year(company: Company, configuration: Path) -> dict[object, tuple[object, ...]]:
    with opened(configuration, os.environ) as workspace:
        calendar = workspace.settings.calendar
        last = calendar.period(company.last_week)
        weeks = [calendar.previous(last, n) for n in range(WEEKS)]
        how = How(kpis=OVER_TIME)
        found = compute_only(by_hand(), workspace, weeks, now=company.now, how=how).observations
    return {(one.cell, one.period): parts(one) for one in found}


def test_no_row_is_lost(live: Live) -> None:
    assert [one for one in live.kept if not one.is_whole] == []
    held = {one.sort.kinds: one.held for one in live.kept}
    assert held["tickets",] > 1_000
    assert all(held.values())


def test_the_vendors_are_no_easy_ones(live: Live) -> None:
    hubspot, zendesk = live.deeds[CRM], live.deeds[DESK]
    assert hubspot.throttled
    assert zendesk.throttled
    assert zendesk.expired >= 1  # everybody who asks at that moment is refused
    assert (hubspot.failed, hubspot.cut, hubspot.web_page) == (1, 1, 1)
    assert (zendesk.failed, zendesk.cut, zendesk.changed) == (1, 1, 25)


def test_rows_that_change_while_they_are_read_come_twice_and_count_once(live: Live) -> None:
    with opened(live.shown.configuration, os.environ) as workspace:
        (read,) = runs_of(workspace.store, DESK, stream="tickets")
    assert (read.rows - read.new, read.changed) == (25, 25)


def test_the_end_says_what_the_vendors_did_and_what_came_of_it(live: Live) -> None:
    text = told(live)
    assert f"HubSpot: {live.deeds[CRM].requests:,} requests, of which" in text
    assert "refused for a token that had just run out (401)" in " ".join(text.split())
    assert "1 answered with half an answer" in " ".join(text.split())
    assert "DIFFERS" not in text
    assert text.endswith("every figure is the same or differs for the reason given.")


def test_it_says_what_was_read_and_how_long_it_waited(live: Live, said: list[str]) -> None:
    assert any("deals" in one and "s for its limit" in one for one in said)
    assert any(one.startswith("Zendesk: ") and " tickets, " in one for one in said)


def test_its_digest_is_complete(live: Live) -> None:
    assert "Week 47" in live.shown.text
    assert {path.suffix for path in live.shown.files} >= {".html", ".eml", ".json", ".md", ".txt"}


def test_a_lost_row_and_a_wrong_figure_are_told(live: Live) -> None:
    tickets = next(one.sort for one in live.kept if one.sort.kinds == ("tickets",))
    lost = Kept(tickets, held=2, landed=1, loaded=(1,))
    mrr, churn = (next(one for one in live.pairs if one.files.kpi == kpi) for kpi in TWO)
    wrong = replace(live, kept=(lost,), pairs=(Pair(mrr.files, churn.vendors),))
    assert not wrong.holds
    assert "DIFFERS, and should not" in told(wrong)
    assert told(wrong).endswith("please report it.")


def test_what_could_not_be_read_is_told(live: Live) -> None:
    failed = replace(live, problems=(SourceUnavailable("Zendesk: tickets could not be read."),))
    assert not failed.holds
    assert "Not read: Zendesk: tickets could not be read." in told(failed)


def test_outside_a_checkout_it_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as refused:
        checkout_of(tmp_path)
    assert refused.value.exit_code == 2
    assert str(refused.value) == (
        "demo --live needs the pretended vendors, which are not installed with Keepwell. "
        f"They would be in {tmp_path / 'tests' / 'doubles' / 'live.py'}. "
        "Run it in a checkout of Keepwell's sources, or 'keepwell demo' without --live."
    )


def test_it_is_one_demo_or_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--live", "--ui", "--dir", str(tmp_path)]) == 2
    assert "--live and --ui are two demos." in capsys.readouterr().err


def test_vendors_that_are_gone_are_one_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.wait()
    nowhere = HubSpotPlace("", "", 1, 1), ZendeskPlace("", "", "", 1, 1)
    ended = Vendors(*nowhere, {}, process.stdin, process.stdout)
    with pytest.raises(Stop, match="the program with the pretended vendors ended"):
        ended.deeds()
    with process, suppress(BrokenPipeError):  # what could not be said is still in the pipe
        process.stdin.close()


def test_vendors_that_cannot_begin_are_one_error(
    tmp_path: Path, company: Company, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Stop, match="ended"), open_vendors(ROOT, tmp_path, company.now):
        pytest.fail("there is no company in that folder")
    assert "owners.csv" in capfd.readouterr().err


def test_the_vendors_end_with_whoever_started_them(company: Company) -> None:
    command = [sys.executable, "-m", MODULE, str(company.folder), "--now", company.now.isoformat()]
    done = subprocess.run(
        command, cwd=ROOT, input="deeds\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2


def parts(one: Observation) -> tuple[object, ...]:
    return one.numerator, one.denominator, one.n, one.null_reason
