"""Files: exports in a folder, named like our tables, or mapped to them in the configuration."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from tasks.config.base import Part, SourceSettings, Text
from tasks.config.names import known
from tasks.config.wording import wrong
from tasks.connectors.base import Surroundings, connector
from tasks.facts import FACTS
from tasks.facts.raw import Extracted


class ColumnSettings(Part):
    """Where a column comes from, when its name alone does not say it all."""

    column: Annotated[str | None, Field(alias="from", description="the column in the file")] = None
    values: Annotated[
        dict[str, str],
        Field(default_factory=dict, description="what a word in the file is called here"),
    ]
    constant: Annotated[
        str | None, Field(description="the value where the file has none, or no column")
    ] = None

    @field_validator("values", mode="before")
    @classmethod
    def _words(cls, values: Any) -> Any:  # noqa: ANN401 - whatever YAML makes of yes and 1
        if isinstance(values, dict):
            return {_word(word): _word(ours) for word, ours in values.items()}
        return values

    @field_validator("constant", mode="before")
    @classmethod
    def _constant(cls, value: Any) -> Any:  # noqa: ANN401 - as above
        return value if value is None else _word(value)

    @model_validator(mode="after")
    def _comes_from_somewhere(self) -> Self:
        if self.column is None and self.constant is None:
            raise wrong("it says neither where from nor what.", "Add 'from' or 'constant'.")
        return self


def _word(value: object) -> str:
    """Return what YAML read as a number or a truth the way a file would spell it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class TableSettings(Part):
    """How one canonical table is made: from files by columns, or by a SELECT."""

    file: Annotated[
        str | tuple[str, ...] | None, Field(description="a file, a pattern, or a list of them")
    ] = None
    columns: Annotated[
        dict[str, str | ColumnSettings],
        Field(default_factory=dict, description="our column: the file's column"),
    ]
    sql: Annotated[
        str | None, Field(description="a SELECT over the raw files, or a file with one")
    ] = None

    @model_validator(mode="after")
    def _either_or(self) -> Self:
        if (self.file is None) == (self.sql is None):
            raise wrong("a table comes from a file or from a SELECT.", "Give 'file' or 'sql'.")
        if self.sql is not None and self.columns:
            raise wrong("a SELECT names its own columns.", "Use AS in it; remove 'columns'.")
        return self

    @property
    def files(self) -> tuple[str, ...]:
        """The file names and patterns."""
        return (self.file,) if isinstance(self.file, str) else self.file or ()


class CheckSettings(Part):
    """A question to the raw files whose answer is told with the data."""

    name: Annotated[Text, Field(description="the name of the check")]
    sql: Annotated[Text, Field(description="a SELECT of one row, or a file with one")]
    says: Annotated[Text, Field(description="a sentence with {columns} of that row")]
    expect: Annotated[
        dict[str, str | int | float | bool],
        Field(default_factory=dict, description="column: the value it should have"),
    ]


def _table(name: str) -> str:
    return known("table", name, FACTS, "run 'keepwell schema' to see them all.")


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise wrong(f"unknown encoding '{name}'.", "Use one such as utf-8 or cp1252.") from error


class FilesSettings(SourceSettings):
    """A folder of exports."""

    kind: Literal["files"]
    path: Annotated[Text, Field(description="the folder with the files")]
    tables: Annotated[
        dict[Annotated[str, AfterValidator(_table)], TableSettings],
        Field(
            default_factory=dict,
            description="how each of our tables is made; without it, by file name",
        ),
    ]
    encoding: Annotated[
        Annotated[str, AfterValidator(_codec)] | None,
        Field(description="how text is encoded, where it is not UTF-8"),
    ] = None
    checks: Annotated[
        tuple[CheckSettings, ...], Field(description="questions to the raw files")
    ] = ()

    @field_validator("tables")
    @classmethod
    def _columns_are_ours(cls, tables: dict[str, TableSettings]) -> dict[str, TableSettings]:
        for name, table in tables.items():
            for column in table.columns:
                known(f"column of {name}", column, FACTS[name].columns.keys())
        return tables


def extract(settings: FilesSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the files hold; what is wrong with one does not stop the others."""
    from tasks.connectors.tabular.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def fingerprint(settings: FilesSettings, surroundings: Surroundings) -> str | None:
    """Return what changes when a file, a SELECT or the settings do; None without a folder."""
    from tasks.connectors.tabular.fingerprints import fingerprint as seen  # noqa: PLC0415 - Arrow

    return seen(settings, surroundings)


FILES = connector("files", FilesSettings, extract, fingerprint)
