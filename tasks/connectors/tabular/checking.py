"""What raw files say about themselves: published counts and contradictions, as data notes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from tasks.connectors.tabular.statements import statement_of
from tasks.errors import KeepwellError, MappingInvalid
from tasks.model import DataNote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tasks.connectors.files import CheckSettings, FilesSettings
    from tasks.connectors.tabular.workbench import Workbench

Answers = tuple[list[DataNote], list[KeepwellError]]


def answers(settings: FilesSettings, root: Path, bench: Workbench) -> Answers:
    """Return a note for every check that could be asked, and a problem for every other."""
    notes: list[DataNote] = []
    problems: list[KeepwellError] = []
    for check in settings.checks:
        try:
            notes.append(DataNote("check", settings.name, _said(check, root, bench)))
        except KeepwellError as problem:
            problems.append(problem)
    return notes, problems


def _said(check: CheckSettings, root: Path, bench: Workbench) -> str:
    what = f"check '{check.name}'"
    statement, where = statement_of(check.sql, root, f"checks.{check.name}.sql")
    row = bench.first_row(statement, what=what, where=where)
    if not row:
        raise MappingInvalid(f"{what} gave no row.", where=f"The SELECT is in {where}.")
    try:
        said = check.says.format(**row)
    except (KeyError, IndexError, ValueError) as error:
        raise MappingInvalid(
            f"{what}: its sentence cannot be filled in: {error}.",
            where=f"The SELECT gives {', '.join(row)}.",
            todo="Correct 'says'.",
        ) from error
    missed = "; ".join(_missed(check, row))
    return f"{said.rstrip('.')}; {missed}." if missed else said


def _missed(check: CheckSettings, row: dict[str, Any]) -> Iterator[str]:
    for column, expected in check.expect.items():
        if column not in row:
            yield f"expected {column} {expected}, which the SELECT does not give"
        elif not same(row[column], expected):
            yield f"expected {column} {expected}, found {row[column]}"


def same(found: object, expected: object) -> bool:
    """Say whether two values are the same number, or else the same text."""
    try:
        return Decimal(str(found)) == Decimal(str(expected))
    except InvalidOperation:
        return str(found) == str(expected)
