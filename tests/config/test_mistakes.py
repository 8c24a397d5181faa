"""What is said about a wrong configuration: every mistake at once, each with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from tasks.config import load_settings, settings_of
from tasks.errors import ConfigurationInvalid
from tests.config.small import (
    HERE,
    LEAST,
    SMALL,
    WHOLE,
    Kind,
    catalog,
    mistakes_in,
    settings_in,
)

MAPPING = "keys and values are expected here. Write {key: value}, or key: value lines."
LIST = "a list is expected here. Write [a, b], or one '- entry' a line."
FOURTH_LINE = [
    ("lak: x", "lak: unknown key; did you mean 'lake'?"),
    ("engine: {kind: duckbd}", "engine.kind: unknown engine 'duckbd'; did you mean 'duckdb'?"),
    (
        "engine: {kind: postgres, url: ''}",
        "engine: engine 'postgres' has no url. Add engine.url.",
    ),
    ("engine: {threads: 0}", "engine.threads: too small. Use at least 1."),
    (
        "engine: {threads: many}",
        "engine.threads: a whole number is expected here. Write digits only, such as 5.",
    ),
    ("engine: duckdb", f"engine: {MAPPING}"),
    ("segments: plan", f"segments: {LIST}"),
    (
        "segments: [plam]",
        "segments[0]: unknown segment dimension 'plam'; did you mean 'plan'?",
    ),
    (
        "segments: [segment, plan/regoin]",
        "segments[1]: unknown segment dimension 'regoin'; did you mean 'region'?",
    ),
    (
        "aliases: {regoin: {EMEA: [Europe]}}",
        "aliases.regoin: unknown segment dimension 'regoin'; did you mean 'region'?",
    ),
    (
        "aliases: {tenure_band: {new: [under 90 days]}}",
        "aliases.tenure_band: these words are Keepwell's own. Leave it out.",
    ),
    (
        "aliases: {plan: {Pro: [Pro]}}",
        "aliases.plan.Pro[0]: 'Pro' stands for itself. Leave it out.",
    ),
    (
        "aliases: {plan: {Pro: [Prof, Professional], Professional: [Expert]}}",
        (
            "aliases.plan.Pro[1]: 'Professional' is a name that has spellings itself. "
            "List them all under Pro."
        ),
    ),
    (
        "aliases: {plan: {Pro: [Prof], Premium: [Prof]}}",
        "aliases.plan.Premium[0]: 'Prof' stands for Pro already. Keep it under one of them.",
    ),
    (
        'aliases: {plan: {Pro: ["(none)"]}}',
        (
            "aliases.plan.Pro[0]: this is shown where the data have nothing. "
            "Fill it in where the data come from."
        ),
    ),
    ("aliases: {plan: {Pro: Professional}}", f"aliases.plan.Pro: {LIST}"),
    ("aliases: {plan: [Pro]}", f"aliases.plan: {MAPPING}"),
    ("fx: {mode: floating}", "fx.mode: 'floating' is not possible; known: locked, spot."),
    (
        "kpis: {include: [pack, nrrr]}",
        "kpis.include[1]: unknown KPI 'nrrr'; did you mean 'nrr'?",
    ),
    ("kpis: {include: all}", f"kpis.include: {LIST}"),
    (
        "kpis: {variants: {revenue_churn_rate: nett}}",
        "kpis.variants.revenue_churn_rate: unknown variant 'nett'; did you mean 'net'?",
    ),
    ("kpis: {variants: {nr: x}}", "kpis.variants.nr: unknown KPI 'nr'; did you mean 'nrr'?"),
    ("kpis: {variants: net}", f"kpis.variants: {MAPPING}"),
    (
        "kpis: {settings: {gros_margin: 0.8}}",
        "kpis.settings.gros_margin: unknown key; did you mean 'gross_margin'?",
    ),
    (
        "kpis: {settings: {gross_margin: 80}}",
        "kpis.settings.gross_margin: too large. Use at most 1.",
    ),
    (
        "kpis: {settings: {csat: {positiv: [4]}}}",
        "kpis.settings.csat.positiv: unknown key; did you mean 'positive'?",
    ),
    (
        "kpis: {settings: {renewal_rate: {as_of_dates: [2026-13-01]}}}",
        (
            "kpis.settings.renewal_rate.as_of_dates[0]: '2026-13-01' is not a date. "
            "Write it as 2026-12-24."
        ),
    ),
    (
        "business_hours: {days: mon-fry}",
        "business_hours.days: 'fry' is not a weekday; did you mean 'friday'?",
    ),
    (
        "business_hours: {from: 9}",
        "business_hours.from: '9' is not a time of day. Write it as \"08:00\", in quotes.",
    ),
    (
        'business_hours: {to: "25:00"}',
        "business_hours.to: '25:00' is not a time of day. Write it as \"08:00\", in quotes.",
    ),
    (
        'business_hours: {from: "17:00", to: "09:00"}',
        (
            "business_hours: it closes at 09:00, not after 17:00. "
            "Let it close later on the same day, or at 24:00."
        ),
    ),
    (
        "business_hours: {holidays: XX}",
        "business_hours.holidays: no holidays are known for 'XX'; use a code such as US, DE-BY.",
    ),
    (
        "business_hours: {holidays: [24 Dec]}",
        "business_hours.holidays: '24 Dec' is not a date. Write it as 2026-12-24.",
    ),
    (
        "audiences: [{digest: week, to: ['file:us']}]",
        "audiences[0].name: missing. Add the audience's name.",
    ),
    (
        "audiences: [{name: us, digest: weekly, to: ['file:us']}]",
        "audiences[0].digest: 'weekly' is not possible; did you mean 'week'?",
    ),
    (
        "audiences: [{name: us, digest: week, to: []}]",
        "audiences[0].to: it is empty. Give at least one.",
    ),
    (
        "audiences: [{name: us, digest: week, to: 'file:us'}]",
        f"audiences[0].to: {LIST}",
    ),
    (
        "audiences: [{name: us, digest: week, to: ['#weekly']}]",
        (
            "audiences[0].to[0]: '#weekly' is not a recipient. "
            'Write channel:address, such as "slack:#weekly".'
        ),
    ),
    (
        "audiences: [{name: us, digest: week, to: ['slak:#weekly']}]",
        "audiences[0].to[0]: unknown channel 'slak'; did you mean 'slack'?",
    ),
    (
        "audiences: [{name: us, digest: week, to: ['slack:#weekly']}]",
        "audiences[0].to[0]: channel 'slack' is not configured; add channels.slack.",
    ),
    (
        "audiences: [{name: us, digest: week, to: ['file:us'], at: Moon 08:00}]",
        "audiences[0].at: 'Moon' is not a weekday; did you mean 'monday'?",
    ),
    (
        "audiences: [{name: us, digest: week, to: ['file:us'], at: first thing on Monday}]",
        'audiences[0].at: \'first thing on Monday\' is not a time. Write "08:00" or "Mon 08:00".',
    ),
    (
        "audiences: [{name: us, digest: week, to: ['file:us'], timezone: Berlin}]",
        "audiences[0].timezone: unknown time zone 'Berlin'; did you mean 'Europe/Berlin'?",
    ),
    ("alerts: {mode: lve}", "alerts.mode: 'lve' is not possible; did you mean 'live'?"),
    (
        'alerts: {quiet_hours: "19:00"}',
        "alerts.quiet_hours: '19:00' is not a stretch of time. Write \"19:00-08:00\".",
    ),
    (
        "operators: {heartbeat_url: 5}",
        "operators.heartbeat_url: text is expected here. Put the value in quotes.",
    ),
    (
        "channels: {slak: {token: x}}",
        "channels.slak: unknown channel 'slak'; did you mean 'slack'?",
    ),
    ("channels: {slack: {}}", "channels.slack.token: missing. Add it."),
    (
        "channels: {email: {host: h, from: a@b.com, tls: autp}}",
        "channels.email.tls: 'autp' is not possible; did you mean 'auto'?",
    ),
    (
        "channels: {email: {host: h, from: a@b.com, user: x}}",
        "channels.email.user: unknown key; did you mean 'username'?",
    ),
    ("channels: {email: {host: h}}", "channels.email.from: missing. Add the sender."),
    ("channels: [slack]", f"channels: {MAPPING}"),
    ("channels: {file: here}", f"channels.file: {MAPPING}"),
    (
        "goals: [{kpi: nr, at_least: 1, variant: net}]",
        "goals[0].kpi: unknown KPI 'nr'; did you mean 'nrr'?",
    ),
    ("rules: [spike]", f"rules: {MAPPING}"),
    ("rules: {nr: []}", "rules.nr: unknown KPI 'nr'; did you mean 'nrr'?"),
    ("rules: {nrr: spike}", f"rules.nrr: {LIST}"),
    ("rules: {nrr: [spike]}", f"rules.nrr[0]: {MAPPING}"),
    (
        "rules: {nrr: [{rule: spke}]}",
        "rules.nrr[0].rule: unknown rule 'spke'; did you mean 'spike'?",
    ),
    (
        "rules: {nrr: [{grain: week}]}",
        "rules.nrr[0].rule: missing. Add the name of a rule, such as spike.",
    ),
    (
        "rules: {nrr: [{rule: spike, sensitivity: hihg}]}",
        "rules.nrr[0].sensitivity: 'hihg' is not possible; did you mean 'high'?",
    ),
    (
        "rules: {nrr: [{rule: goal_miss, sensitivity: high}]}",
        "rules.nrr[0].sensitivity: unknown key; did you mean 'severity'?",
    ),
    (
        "rules: {defaults: {sensitivity: norml}, nrr: [{rule: spike}]}",
        "rules.defaults.sensitivity: 'norml' is not possible; did you mean 'normal'?",
    ),
    (
        "rules: {defaults: {sensitivty: high}}",
        "rules.defaults.sensitivty: unknown key; did you mean 'sensitivity'?",
    ),
    ("rules: {defaults: high}", f"rules.defaults: {MAPPING}"),
    (
        "benchmarks: [{kpi: logo_chrn_rate, value: 0.02, source: Board}]",
        "benchmarks[0].kpi: unknown KPI 'logo_chrn_rate'; did you mean 'logo_churn_rate'?",
    ),
    (
        "benchmarks: [{kpi: nrr, value: 1.02}]",
        ('benchmarks[0].source: missing. Add where it comes from, such as "Board deck 2025".'),
    ),
    (
        "benchmarks: [{kpi: nrr, value: high, source: Board}]",
        "benchmarks[0].value: 'high' is not a number. Write 0.02, or \"2 %\".",
    ),
    (
        "benchmarks: [{kpi: nrr, value: 1, source: Board, variant: defalt}]",
        "benchmarks[0].variant: unknown variant 'defalt'; did you mean 'default'?",
    ),
    (
        "benchmarks: [{kpi: nrr, value: 1, source: Board, grain: quartr}]",
        "benchmarks[0].grain: 'quartr' is not possible; did you mean 'quarter'?",
    ),
    (
        "goals: [{kpi: logo_chrn_rate, at_most: 0.02}]",
        "goals[0].kpi: unknown KPI 'logo_chrn_rate'; did you mean 'logo_churn_rate'?",
    ),
    ("goals: [nrr]", f"goals[0]: {MAPPING}"),
    (
        "goals: [{at_most: 0.02}]",
        "goals[0].kpi: missing. Add the KPI it is for.",
    ),
    (
        "goals: [{kpi: nrr}]",
        "goals[0]: the goal has no value. Give exactly one of at_most, at_least and ramp.",
    ),
    (
        "goals: [{kpi: nrr, at_most: 1, at_least: 1}]",
        (
            "goals[0]: the goal has at_most and at_least. "
            "Give exactly one of at_most, at_least and ramp."
        ),
    ),
    (
        "goals: [{kpi: nrr, at_least: lots}]",
        "goals[0].at_least: 'lots' is not a number. Write 0.02, or \"2 %\".",
    ),
    (
        "goals: [{kpi: nrr, at_least: .inf}]",
        "goals[0].at_least: 'inf' is not a number. Write 0.02, or \"2 %\".",
    ),
    (
        "goals: [{kpi: nrr, at_least: 1, variant: defalt}]",
        "goals[0].variant: unknown variant 'defalt'; did you mean 'default'?",
    ),
    (
        "goals: [{kpi: nrr, at_least: 1, by: {plan: Pro}}]",
        "goals[0].by.plan: the KPIs are not split by 'plan'. Add plan to segments.",
    ),
    (
        "goals: [{kpi: nrr, at_least: 1, by: {plam: Pro}}]",
        "goals[0].by.plam: unknown segment dimension 'plam'; did you mean 'plan'?",
    ),
    (
        'audiences: [{name: a, digest: week, to: ["file:a"], split_by: owner}]',
        "audiences[0].split_by: the KPIs are not split by 'owner'. Add owner to segments.",
    ),
    (
        'audiences: [{name: a, digest: week, to: ["file:a"], split_by: ownr}]',
        "audiences[0].split_by: unknown segment dimension 'ownr'; did you mean 'owner'?",
    ),
    (
        "goals: [{kpi: nrr, ramp: {from: 1, to: 1.1, by: soon}, grain: quarter}]",
        (
            "goals[0].ramp.by: 'soon' is not a period. "
            "Write 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026."
        ),
    ),
    (
        "goals: [{kpi: nrr, ramp: {from: 1, to: 1.1, by: 2027-06}, grain: quarter}]",
        (
            "goals[0]: the ramp names the month 2027-06, the goal is for a quarter. "
            "Name a quarter, or set grain: month."
        ),
    ),
    (
        "goals: [{kpi: nrr, ramp: {from: 1, to: 1, by: 2027-06}}]",
        "goals[0].ramp: the ramp starts where it ends. Use at_least or at_most for a fixed goal.",
    ),
    (
        "goals: [{kpi: nrr, ramp: {from: 1, to: 2, by: 2027-06, since: 2027-07}}]",
        "goals[0].ramp: the ramp starts in 2027-07, not before 2027-06. Let it start earlier.",
    ),
]


@pytest.mark.parametrize(("line", "said"), FOURTH_LINE)
def test_a_mistake_is_told_with_its_line_and_what_to_do(line: str, said: str) -> None:
    assert mistakes_in(LEAST + line) == [f"line 4, {said}"]


@pytest.mark.parametrize(
    ("right", "mistaken", "said"),
    [
        (
            "America/New_York",
            "America/New_Yrok",
            (
                "line 1, company.timezone: unknown time zone 'America/New_Yrok'; "
                "did you mean 'America/New_York'?"
            ),
        ),
        (
            "USD",
            "DOLLARS",
            "line 1, company.currency: unknown currency 'DOLLARS'; use an ISO code such as USD.",
        ),
        ("name: Acme", "nme: Acme", "line 1, company.name: missing. Add the company's name."),
        (
            "USD",
            "USD, locale: xx_YY",
            "line 1, company.locale: unknown locale 'xx_YY'; use one such as en_US.",
        ),
        (
            "USD",
            "USD, week_start: mnday",
            "line 1, company.week_start: 'mnday' is not a weekday; did you mean 'monday'?",
        ),
        (
            "USD",
            "USD, fiscal_year_start: 13",
            "line 1, company.fiscal_year_start: too large. Use at most 12.",
        ),
        (
            "USD",
            "USD, business: sass",
            "line 1, company.business: 'sass' is not possible; did you mean 'saas'?",
        ),
        (
            "sqlite:///",
            "mysql://",
            (
                'line 2, store: this is no store. Write "sqlite:///keepwell.db" or '
                '"postgresql+psycopg://user:password@host/database".'
            ),
        ),
        (
            "kind: files",
            "kind: flies",
            "line 3, sources[0].kind: unknown connector 'flies'; did you mean 'files'?",
        ),
        (
            "kind: files, ",
            "",
            "line 3, sources[0].kind: missing. Add a kind: hubspot or files.",
        ),
        (
            "path: ./exports",
            "",
            "line 3, sources[0].path: missing. Add the folder of the files.",
        ),
        (
            "./exports",
            "./exports, tables: {customers: {sq: x}}",
            "line 3, sources[0].tables.customers.sql: missing. Add it.",
        ),
        (
            "{name: exports, kind: files, path: ./exports}",
            "files",
            f"line 3, sources[0]: {MAPPING}",
        ),
        (
            "[{name: exports, kind: files, path: ./exports}]",
            "[]",
            "line 3, sources: it is empty. Give at least one.",
        ),
        (
            "[{name: exports, kind: files, path: ./exports}]",
            "",
            "line 3, sources: missing. Add at least one source of data.",
        ),
        (
            "exports}]",
            "x}, {name: exports, kind: files, path: y}]",
            "line 3, sources[1].name: the name 'exports' is taken. Use another one.",
        ),
    ],
)
def test_what_is_required_must_be_right(right: str, mistaken: str, said: str) -> None:
    assert said in mistakes_in(LEAST.replace(right, mistaken))


def test_a_connector_s_own_checks_are_told_in_its_words() -> None:
    line = "  - {name: a, kind: hubspot, token: x, base_url: 'http://x', since: soon}"
    head = LEAST.split("sources")[0]
    assert mistakes_in(f"{head}sources:\n{line}") == [
        "line 4, sources[0].base_url: the address is not safe.",
        "line 4, sources[0].since: it should be a valid date or datetime, input is too short.",
    ]


def test_a_connector_whose_settings_are_no_source_is_a_programming_error() -> None:
    catalogues = replace(SMALL, connectors=catalog("connector", Kind("files", Loose)))
    with pytest.raises(TypeError, match="Loose must be a SourceSettings"):
        settings_of(LEAST, HERE, {}, catalogues)


class Loose(BaseModel):
    """Somebody forgot to make it a source."""


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = """\
company:
  name: Acme
  timezone: America/New_York
  curency: USD
store: "sqlite:///keepwell.db"
sources:
  - name: crm
    kind: hubspot
    token: "${HUBSPOT_TOKN}"
  - name: exports
    kind: files
    pth: ./exports
goals:
  - kpi: logo_churn
    at_most: 0.02
"""
    assert mistakes_in(text) == [
        (
            "line 1, company.currency: missing. "
            "Add the currency everything is reported in, such as USD."
        ),
        "line 4, company.curency: unknown key; did you mean 'currency'?",
        (
            "line 9, sources[0].token: the environment variable HUBSPOT_TOKN is not set. "
            "Set it, name a file in HUBSPOT_TOKN_FILE, or write ${HUBSPOT_TOKN:-default}."
        ),
        "line 10, sources[1].path: missing. Add the folder of the files.",
        "line 12, sources[1].pth: unknown key; did you mean 'path'?",
        "line 14, goals[0].kpi: unknown KPI 'logo_churn'; did you mean 'logo_churn_rate'?",
    ]


def test_a_part_can_have_several_mistakes() -> None:
    goal = "goals: [{kpi: nr, grain: moth, by: {plam: x}, owner: 5}]"
    assert mistakes_in(LEAST + goal) == [
        "line 4, goals[0].kpi: unknown KPI 'nr'; did you mean 'nrr'?",
        "line 4, goals[0].grain: 'moth' is not possible; did you mean 'month'?",
        "line 4, goals[0].by.plam: unknown segment dimension 'plam'; did you mean 'plan'?",
        "line 4, goals[0].owner: text is expected here. Put the value in quotes.",
        "line 4, goals[0]: the goal has no value. Give exactly one of at_most, at_least and ramp.",
    ]


def test_the_heading_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "keepwell.yaml"
    path.write_text(LEAST + "lak: x\n", encoding="utf-8")
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(path, {}, SMALL)
    assert str(caught.value) == (
        f"{path}: 1 mistake\nline 4, lak: unknown key; did you mean 'lake'?"
    )
    assert caught.value.exit_code == 2


def test_a_secret_is_not_repeated_in_a_mistake() -> None:
    said = mistakes_in(LEAST + "channels: {slack: {token: [hunter2]}}\nstore2: hunter2")
    assert len(said) == 2
    assert "hunter2" not in " ".join(said)


def test_the_design_s_sample_has_no_mistake() -> None:
    assert mistakes_in(WHOLE) == []
    assert settings_in(WHOLE).company.name == "Acme"


def test_a_channel_says_what_is_wrong_with_a_recipient() -> None:
    mail = "channels: {email: {host: h, from: a@b.com}}\n"
    said = mistakes_in(LEAST + mail + 'operators: {to: ["email:owner", "email:ceo, cfo"]}')
    assert said == [
        "line 5, operators.to[1]: 'ceo, cfo' is no address. Write one, such as ana@example.com."
    ]


@pytest.mark.parametrize(
    ("split", "to"), [("", "email:owner"), ("split_by: plan, ", "slack:@owner")]
)
def test_owners_are_only_asked_for_where_customers_are_split_by_owner(split: str, to: str) -> None:
    mistaken = WHOLE.replace("split_by: owner, ", split)
    mistaken = mistaken.replace('"slack:@owner", "email:owner"', f'"{to}"')
    (said,) = mistakes_in(mistaken)
    assert said.startswith(f"line 22, audiences[1]: '{to}' stands for whoever owns the customers")
    assert said.endswith("Add split_by: owner, or name a recipient.")


def test_spellings_that_stand_for_each_other_are_told_on_both_lines() -> None:
    text = "aliases:\n  plan:\n    Pro: [Professional]\n    Professional: [Pro]\n"
    assert mistakes_in(LEAST + text) == [
        (
            "line 6, aliases.plan.Pro[0]: 'Pro' and 'Professional' stand for each other. "
            "Keep one of them as the name."
        ),
        (
            "line 7, aliases.plan.Professional[0]: 'Professional' and 'Pro' stand for each other. "
            "Keep one of them as the name."
        ),
    ]
