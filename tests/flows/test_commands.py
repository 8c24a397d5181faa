"""From exports to a digest on the command line: what is said, what is left behind, which code."""

from __future__ import annotations

import json
from pathlib import Path

from tests.flows.small import CONFIG, Keepwell, as_rows


def test_exports_are_loaded_and_every_row_is_counted(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("sync")
    assert code == 0
    assert out.splitlines()[:3] == [
        "source   table                  read  loaded  quarantined",
        "exports  customers                11      11            0",
        "exports  subscription_versions    11      11            0",
    ]


def test_one_source_can_be_synced_by_name(keepwell: Keepwell) -> None:
    assert keepwell("sync", "--source", "exports")[0] == 0


def test_values_are_stored_as_their_components(keepwell: Keepwell) -> None:
    keepwell("sync")
    keepwell("measure")
    code, out, _ = keepwell(
        *("values", "--kpi", "logo_churn_rate", "--from", "2026-W09", "--to", "2026-W09"),
        *("--format", "csv"),
    )
    rows = {(row["segment_dimension"], row["segment"]): row for row in as_rows(out)}
    assert code == 0
    assert {key: (row["numerator"], row["denominator"]) for key, row in rows.items()} == {
        ("ALL", "ALL"): ("1", "10"),
        ("plan", "Pro"): ("0", "9"),
        ("plan", "Starter"): ("1", "1"),
    }
    assert rows["ALL", "ALL"]["value"] == "0.1"


def test_csv_has_exactly_the_columns_that_were_promised(keepwell: Keepwell) -> None:
    keepwell("sync")
    keepwell("measure")
    _, out, _ = keepwell("values", "--format", "csv")
    assert out.splitlines()[0] == (
        "kpi,variant,grain,period,segment_dimension,segment,value,numerator,denominator,n,unit,"
        "status,null_reason,as_of,recorded_at,definition_version"
    )


def test_both_ends_of_a_stretch_are_included_and_by_all_keeps_the_overall_rows(
    keepwell: Keepwell,
) -> None:
    keepwell("sync")
    keepwell("measure")
    stretch = ("--from", "2026-01", "--to", "2026-02", "--by", "ALL")
    _, out, _ = keepwell("values", "--kpi", "mrr", *stretch, "--format", "json")
    found = json.loads(out)
    assert [(one["period"], one["segment"], one["value"]) for one in found] == [
        ("2026-01", "ALL", "1000"),
        ("2026-02", "ALL", "950"),
    ]


def test_weeks_of_a_month_are_those_that_lie_in_it(keepwell: Keepwell) -> None:
    keepwell("sync")
    keepwell("measure")
    stretch = ("--grain", "week", "--from", "2026-02", "--to", "2026-02", "--by", "ALL")
    _, out, _ = keepwell("values", "--kpi", "mrr", *stretch, "--format", "csv")
    assert [row["period"] for row in as_rows(out)] == ["2026-W06", "2026-W07", "2026-W08"]


def test_measuring_again_adds_nothing(keepwell: Keepwell) -> None:
    keepwell("sync")
    first = keepwell("measure")[1]
    again = keepwell("measure")[1]
    assert " 0 new" not in first
    assert again.splitlines()[0].endswith(": 0 new, 0 restated.")


def test_a_correction_that_arrives_late_is_restated_and_the_old_value_kept(
    keepwell: Keepwell, company: Path
) -> None:
    keepwell("sync")
    keepwell("measure")
    exports = company / "exports" / "subscription_versions.csv"
    text = exports.read_text(encoding="utf-8").replace("2026-02-25T17:00:00Z", "")
    exports.write_text(text, encoding="utf-8")
    keepwell("sync")
    assert " 0 restated" not in keepwell("measure")[1]
    _, out, _ = keepwell("values", "--kpi", "churned_customers", "--from", "2026-02", "--by", "ALL")
    assert "restated" in out


def test_a_digest_that_is_only_looked_at_writes_nothing(keepwell: Keepwell, company: Path) -> None:
    code, out, _ = keepwell("digest")
    assert code == 0
    assert out.startswith("Tiny · Week 9")
    assert "10 %" in out
    assert sorted(path.name for path in company.iterdir()) == ["exports", "keepwell.yaml"]


def test_looking_once_more_after_a_sync_leaves_the_store_alone(
    keepwell: Keepwell, company: Path
) -> None:
    keepwell("sync")
    before = keepwell("values", "--format", "csv")[1]
    assert keepwell("digest")[1].startswith("Tiny · Week 9")
    assert keepwell("values", "--format", "csv")[1] == before
    assert not (company / "out").exists()


def test_a_preview_says_where_the_page_is(keepwell: Keepwell, company: Path) -> None:
    code, out, _ = keepwell("digest", "--preview")
    page = out.splitlines()[-1].removeprefix("The page: ")
    assert code == 0
    assert (company / page).read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype")


def test_sending_writes_every_format_for_every_recipient(keepwell: Keepwell, company: Path) -> None:
    code, out, _ = keepwell("digest", "--send")
    kinds = {"".join(path.suffixes) for path in (company / "out" / "board").iterdir()}
    assert code == 0
    assert "to file:board" in out
    assert kinds >= {".html", ".eml", ".slack.json", ".md", ".txt"}


def test_a_digest_nobody_gets_cannot_be_sent(keepwell: Keepwell) -> None:
    code, _, err = keepwell("digest", "--grain", "month", "--send")
    assert code == 2
    assert "no audience gets a digest of a month" in err


def test_one_bad_recipient_does_not_stop_the_others(keepwell: Keepwell, company: Path) -> None:
    config = CONFIG.replace('["file:board"]', '["file:blocked", "file:board"]')
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    (company / "out").mkdir()
    (company / "out" / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    code, out, err = keepwell("digest", "--send")
    assert code == 3
    assert "to file:board" in out
    assert "file:blocked has not got it" in err


def test_a_quiet_week_is_no_finding(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("watch", "--preview")
    assert (code, out) == (0, "All quiet in 2026-W09.\n")


def test_check_says_what_can_be_computed_and_what_the_rest_lacks(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("check")
    assert code == 0
    assert "exports: 22 rows of customers, subscription_versions, up to 2026-02-24" in out
    assert "  with contracts.csv: 2 more KPIs\n    renewal_rate*, renewals_pending" in out
    facts = json.loads(keepwell("check", "--json")[1])
    assert "nrr" in facts["ready"]
    assert facts["lacking"]["renewal_rate"] == ["contracts"]


def test_check_leaves_nothing_behind(keepwell: Keepwell, company: Path) -> None:
    keepwell("check")
    assert sorted(path.name for path in company.iterdir()) == ["exports", "keepwell.yaml"]


def test_facts_come_before_values(keepwell: Keepwell) -> None:
    code, _, err = keepwell("measure")
    assert (code, err) == (2, "keepwell: there are no facts yet. Run 'keepwell sync' first.\n")


def test_kpis_are_listed_and_explained(keepwell: Keepwell) -> None:
    assert "logo_churn_rate" in keepwell("kpis")[1]
    card = keepwell("kpis", "nps")[1]
    assert card.startswith("nps: NPS")
    assert "tenure_lt_90d" in card or "default" in card
    assert json.loads(keepwell("kpis", "nps", "--json")[1])[0]["tables"] == ["survey_responses"]


def test_the_schema_is_json_schema(keepwell: Keepwell) -> None:
    schema = json.loads(keepwell("schema")[1])
    assert {"company", "store", "sources"} <= set(schema["required"])


def test_help_names_every_command(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("--help")
    assert code == 0
    for name in ("demo", "init", "check", "sync", "measure", "values", "digest", "watch"):
        assert name in out


def test_a_digest_of_long_ago_is_measured_for_itself(keepwell: Keepwell) -> None:
    later = "2028-06-05T13:00:00+00:00"
    code, out, _ = keepwell("digest", "--period", "2026-02", now=later)
    assert code == 0
    assert "February 2026" in out
    assert "10 %" in out
    _, previewed, _ = keepwell("digest", "--period", "2026-02", "--preview", now=later)
    assert previewed.splitlines()[:20] == out.splitlines()[:20]


def test_a_digest_of_a_grain_nobody_subscribed_to_has_its_values_too(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("digest", "--grain", "quarter", now="2026-04-01T13:00:00+00:00")
    assert code == 0
    assert "MRR                         $950" in out
