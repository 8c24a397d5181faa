"""Rules of another file are checked like those of keepwell.yaml, and nothing else of it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.catalog import RULES, Catalog
from tasks.config import Catalogues, json_schema
from tasks.config.otherrules import load_rules
from tasks.errors import ConfigurationInvalid, WrongUse
from tasks.kpis.base import catalogue
from tasks.model import Grain
from tasks.rules.base import Rule


def loaded(tmp_path: Path, text: str):
    path = tmp_path / "other.yaml"
    path.write_text(text, encoding="utf-8")
    return load_rules(path, {}, known())


def known() -> Catalogues:
    kpis: Catalog = Catalog("KPI")
    for kpi in catalogue():
        kpis.add(kpi)
    return Catalogues(kpis=kpis)


def test_nothing_but_rules_is_needed(tmp_path: Path):
    rules = loaded(tmp_path, "rules: {mrr: [{rule: event, share: 0.05}], defaults: {for: 2}}")
    (entry,) = rules.for_kpi("mrr")
    assert (entry.rule, str(entry.settings.share)) == ("event", "0.05")


def test_for_is_written_as_people_say_it(tmp_path: Path):
    rules = loaded(tmp_path, "rules: {defaults: {for: 2}, nps: [{rule: spike, for: 3}]}")
    for kpi, periods in (("nps", 3), ("csat", 2)):
        for key in ("spike", "change"):
            rule = RULES.get(key)
            assert isinstance(rule, Rule)
            settings = rules.settings_of(rule, kpi, Grain.WEEK)
            assert settings.opens_after == (periods if key == "spike" else 2)


def test_an_event_does_not_wait(tmp_path: Path):
    rule = RULES.get("event")
    assert isinstance(rule, Rule)
    settings = loaded(tmp_path, "rules: {defaults: {for: 2}}").settings_of(rule, "mrr", Grain.WEEK)
    assert settings.opens_after == 1


def test_what_is_missing_elsewhere_does_not_matter(tmp_path: Path):
    text = 'sources: [{token: "${NOWHERE}"}]\nrules: {mrr: [{rule: event}]}'
    assert len(loaded(tmp_path, text).for_kpi("mrr")) == 1


def test_mistakes_are_told_with_their_lines(tmp_path: Path):
    text = (
        "rules:\n  mrr: [{rule: evnt}]\n  csat:\n    - {rule: change, percent: lots, against: x}\n"
    )
    with pytest.raises(ConfigurationInvalid) as caught:
        loaded(tmp_path, text)
    assert {one.line for one in caught.value.mistakes} == {2, 4}


def test_a_file_that_is_not_there_or_says_nothing(tmp_path: Path):
    with pytest.raises(WrongUse, match="cannot read"):
        load_rules(tmp_path / "nowhere.yaml", {}, known())
    with pytest.raises(WrongUse, match="holds no rules"):
        loaded(tmp_path, "company: {name: Other}")


def test_every_setting_explains_itself_in_the_schema():
    entries = json_schema(known())["$defs"]["rules"]["items"]["anyOf"]
    assert {one["properties"]["rule"]["const"] for one in entries} == set(RULES.keys())
    for one in entries:
        for name, setting in one["properties"].items():
            assert name in {"rule", "grain"} or setting.get("description"), name
