"""The rules of the house that no linter knows: sizes, names, what may not be written down."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("flows", "tasks", "tests", "templates", "deploy", "bench", ".ci")
LOOSE = ("Makefile", "README.md", "CHANGELOG.md", "pyproject.toml", ".gitignore")
PYTHON = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
SHIPPED = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in {"flows", "tasks"}]
TEXTS = sorted(
    {
        *(ROOT / name for name in LOOSE),
        *(
            path
            for folder in OURS
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and path.suffix not in {".pyc", ".png", ".parquet", ".gz"}
        ),
    }
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= (600 if path.is_relative_to(ROOT / "tests") else 300)


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_a_file_begins_with_the_question_it_answers(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert docstring.splitlines()[0].endswith((".", "?", ":"))


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 40, f"{node.name} has {length} lines"


def test_names_say_what_a_thing_is_for() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
    words = {word for path in PYTHON for word in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert not words & forbidden


def test_a_flow_file_hides_no_module_that_others_import() -> None:
    """Prefect leaves flows/ first on sys.path: a flows/email.py would become everybody's email."""
    names = {path.stem for path in (ROOT / "flows").iterdir() if path.suffix in {"", ".py"}}
    others = set(packages_distributions()) - {"flows"}
    assert not names & (set(sys.stdlib_module_names) | others | {"tasks"})


def test_nothing_is_patched() -> None:
    banned = "unittest" + ".mock"
    assert [named(path) for path in PYTHON if banned in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    "words",
    [
        ("pypi", ".org"),
        ("python", "hosted", ".org"),
        ("npm", "js", ".org"),
        ("--index", "-url"),
        ("/ro", "ot/"),
        ("/wo", "rk/"),
        ("/ho", "me/"),
        ("../sha", "red"),
    ],
    ids="".join,
)
def test_nothing_is_tied_to_one_machine_or_one_package_index(words: tuple[str, ...]) -> None:
    word = "".join(words)  # in two parts, so that this file does not find itself
    found = [named(path) for path in TEXTS if word in path.read_text(encoding="utf-8")]
    assert found == []


def test_no_broad_except_but_the_last_resorts() -> None:
    allowed = {"flows/cli.py", "tasks/outbox/sending.py"}
    allowed |= {"tasks/config/ownkpis.py", "tasks/engine/opinion/own.py"}  # run somebody's own code
    found = {
        named(path)
        for path in SHIPPED
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    }
    assert found <= allowed


def test_nothing_is_left_for_later() -> None:
    words = ("TO" + "DO:", "FIX" + "ME", "XX" + "X:", "NotImplemented" + "Error")
    found = {named(path) for path in TEXTS for word in words if word in path.read_text("utf-8")}
    assert found == set()
