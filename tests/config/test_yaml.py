"""How the file is read: lines, placeholders, empty values, and what is no YAML at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.config import load_settings
from tasks.config.yamlfile import key_path, read_yaml
from tasks.errors import ConfigurationInvalid
from tests.config.small import LEAST, SMALL, Files, mistakes_in, settings_in

CHECK = "Check quotes, colons and indentation."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "company: {name: Acme\nstore: x\n",
            "line 2, file: this is no YAML: expected ',' or '}', but got ':'.",
        ),
        (
            "company:\n  name: Acme\n name: x\n",
            "line 3, file: this is no YAML: expected <block end>, but found '<block mapping start>'.",
        ),
        (
            'store: "sqlite\n',
            "line 2, file: this is no YAML: found unexpected end of stream.",
        ),
        (
            "store: a\nlake: b\nstore: c\n",
            (
                'line 3, file: this is no YAML: found duplicate key "store" with value "c" '
                '(original value: "a").'
            ),
        ),
        (
            "store: a\n---\nstore: b\n",
            "line 2, file: this is no YAML: but found another document.",
        ),
        (
            "store: a\nlake: \tb\n\tengine: c\n",
            "line 2, file: this is no YAML: found character '\\t' that cannot start any token.",
        ),
        ("store: a\x07b\n", "line 1, file: this is no YAML: "),
        ("- a\n- b\n", "line 1, file: it holds no keys. Begin with 'company:'"),
        ("just text", "line 1, file: it holds no keys. Begin with 'company:'"),
        ("", "line 1, file: it holds no keys. Begin with 'company:'"),
        ("# nothing yet\n", "line 1, file: it holds no keys. Begin with 'company:'"),
    ],
)
def test_what_is_no_yaml_is_one_mistake_with_its_line(text: str, said: str) -> None:
    (mistake,) = mistakes_in(text)
    assert mistake.startswith(said)


def test_a_file_in_another_encoding_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "keepwell.yaml"
    path.write_bytes("company: Müller".encode("latin-1"))
    with pytest.raises(ConfigurationInvalid, match="file: it is not UTF-8 text"):
        load_settings(path, {}, SMALL)


@pytest.mark.parametrize(
    ("written", "environ", "value"),
    [
        ("${FOLDER}", {"FOLDER": "/data"}, "/data"),
        ("${HOME_OF}/x/${DAY}", {"HOME_OF": "/data", "DAY": "mon"}, "/data/x/mon"),
        ("${FOLDER:-./here}", {}, "./here"),
        ("${FOLDER:-./here}", {"FOLDER": ""}, "./here"),
        ("${FOLDER:-./here}", {"FOLDER": "/data"}, "/data"),
        ("${FOLDER}", {"FOLDER": "a: b # c"}, "a: b # c"),
        ("$FOLDER", {"FOLDER": "/data"}, "$FOLDER"),
        ("${FOLDER}", {"FOLDER": "${OTHER}", "OTHER": "x"}, "${OTHER}"),
    ],
)
def test_placeholders_are_filled_in_from_the_environment(
    written: str, environ: dict[str, str], value: str
) -> None:
    settings = settings_in(LEAST.replace("./exports", f'"{written}"'), environ)
    (source,) = settings.sources
    assert isinstance(source, Files)
    assert source.path == value


def test_a_placeholder_is_filled_in_before_the_value_is_understood() -> None:
    text = LEAST + 'engine: {kind: "${ENGINE:-duckdb}", url: "${URL:-}", threads: "${THREADS}"}'
    engine = settings_in(text, {"THREADS": "2"}).engine
    assert (engine.kind, engine.url, engine.threads) == ("duckdb", None, 2)


def test_a_name_that_is_not_set_is_told_once_with_its_line() -> None:
    text = LEAST + "engine:\n  kind: duckdb\n  threads: ${THREADS}\n"
    assert mistakes_in(text, {}) == [
        (
            "line 6, engine.threads: the environment variable THREADS is not set. "
            "Set it, name a file in THREADS_FILE, or write ${THREADS:-default}."
        )
    ]


@pytest.mark.parametrize("written", ["${MY TOKEN}", "${TOKEN", "${TOKEN-x}", "${}", "${1}"])
def test_a_placeholder_with_a_slip_is_not_taken_for_a_value(written: str) -> None:
    text = LEAST + f'operators: {{heartbeat_url: "{written}"}}'
    assert mistakes_in(text) == [
        (
            "line 4, operators.heartbeat_url: this is no placeholder. "
            "Write ${NAME}, ${NAME:-default} or ${block:name}."
        )
    ]


def test_keys_are_not_filled_in() -> None:
    said = mistakes_in(LEAST + '"${X}": 1', {"X": "lake"})
    assert said == [mistake for mistake in said if mistake.startswith("line 4, ${X}: unknown key;")]
    assert said


@pytest.mark.parametrize("empty", ["", "null", "~", '""', '"  "', '"${X}"', '"${Y:-}"'])
def test_an_empty_value_counts_as_none(empty: str) -> None:
    settings = settings_in(
        LEAST + f"lake: {empty}\noperators: {{heartbeat_url: {empty}}}", {"X": ""}
    )
    assert settings.lake == "./lake"
    assert settings.operators.heartbeat_url is None


def test_an_empty_value_that_is_required_is_missing() -> None:
    said = mistakes_in(LEAST.replace("name: Acme", 'name: ""'))
    assert said == ["line 1, company.name: missing. Add the company's name."]


def test_empty_entries_of_a_list_are_left_out() -> None:
    text = LEAST + 'operators: {to: ["file:ops", "${SECOND:-}", "fil:x"]}'
    assert mistakes_in(text, {}) == [
        "line 4, operators.to[1]: unknown channel 'fil'; did you mean 'file'?"
    ]


def test_lines_are_known_in_every_way_of_writing() -> None:
    text = "a:\n  b: [1,\n    2]\n  'c':\n    - x\n    -\n      d: |\n        long\n        text\n"
    document = read_yaml(text, "x", {})
    assert document.data == {"a": {"b": [1, 2], "c": ["x", {"d": "long\ntext"}]}}
    places = {key_path(loc): line for loc, line in document.lines.items()}
    assert places == {
        "a": 1,
        "a.b": 2,
        "a.b[0]": 2,
        "a.b[1]": 3,
        "a.c": 4,
        "a.c[0]": 5,
        "a.c[1]": 7,
        "a.c[1].d": 7,
    }


def test_values_are_plain() -> None:
    text = (
        "i: 12\nf: 0.020\nb: yes\nt: true\nd: 2026-11-21\nh: 0x10\nq: 'x'\nl: 12:30\nz: !ours y\n"
    )
    assert read_yaml(text, "x", {}).data == {
        "i": 12,
        "f": 0.02,
        "b": "yes",
        "t": True,
        "d": "2026-11-21",
        "h": 16,
        "q": "x",
        "l": "12:30",
        "z": "y",
    }


def test_anchors_and_merges_are_followed() -> None:
    text = LEAST.replace("[{name", "\n  - &one {name").replace("}]", "}\n  - {<<: *one, name: two}")
    settings = settings_in(text)
    assert [source.name for source in settings.sources] == ["exports", "two"]
    assert mistakes_in(text.replace("path: ./exports", "pth: x"))[-1].startswith(
        "line 5, sources[1]"
    )


def test_an_anchor_that_holds_itself_holds_nothing() -> None:
    assert read_yaml("kpis: &all {settings: *all}", "x", {}).data == {"kpis": {}}
