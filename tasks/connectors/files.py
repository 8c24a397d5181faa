"""Files: exports in a folder, named like our tables, or mapped to them in the configuration."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    field_validator,
    model_validator,
)

from tasks.config.base import Part, SourceSettings, Text
from tasks.config.names import Zone, known
from tasks.config.wording import wrong
from tasks.connectors.base import Surroundings, connector
from tasks.facts import FACTS
from tasks.facts.raw import Extracted


def _listed(given: object) -> object:
    """Return one word as a list of one, and what YAML made of yes and 1 as the word again."""
    if isinstance(given, list | tuple):
        return tuple(_word(one) for one in given)
    return given if isinstance(given, dict) or given is None else (_word(given),)


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


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

    id_of: Annotated[
        tuple[Text, ...],
        BeforeValidator(_listed),
        Field(description="columns whose words make an id; case, accents and signs do not count"),
    ] = ()
    plus_days: Annotated[
        int, Field(ge=-366, le=366, description="1 where a date is the last day, not the end")
    ] = 0
    minutes_after: Annotated[
        Text | None, Field(description="the column with the time that these minutes come after")
    ] = None
    needed_where: Annotated[
        dict[str, Words],
        Field(
            default_factory=dict,
            description="another column: the words with which this one must not be empty",
        ),
    ]
    file_time: Annotated[
        bool, Field(description="true: the time at which the file was written")
    ] = False

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
        said = (self.column, self.constant, self.id_of or None, self.file_time or None)
        if all(one is None for one in said):
            raise wrong("it says neither where from nor what.", "Add 'from' or 'constant'.")
        return self

    @property
    def is_worked_out(self) -> bool:
        """Whether its values do not stand in the file as they are."""
        made = self.id_of or self.plus_days or self.minutes_after
        return bool(made or self.needed_where or self.file_time)


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
    dates: Annotated[
        Literal["day_first", "month_first"] | None,
        Field(description="how 03/04/2026 is meant; without it, dates are 2026-04-03"),
    ] = None
    numbers: Annotated[
        Literal["point", "comma"] | None,
        Field(description="what parts the cents; thousands and currency signs are then read too"),
    ] = None
    timezone: Annotated[
        Zone | None, Field(description="the zone of times that name none, if not the company's")
    ] = None
    only: Annotated[
        dict[str, Words],
        Field(default_factory=dict, description="a column: its words in the rows that are meant"),
    ]
    without: Annotated[
        dict[str, Words],
        Field(default_factory=dict, description="a column: its words in rows that are no use"),
    ]
    lacks: Annotated[
        tuple[str, ...], Field(description="our columns that the file does not have")
    ] = ()
    each_once: Annotated[
        bool, Field(description="true: many rows name the same one, such as a customer")
    ] = False

    @model_validator(mode="after")
    def _either_or(self) -> Self:
        if (self.file is None) == (self.sql is None):
            raise wrong("a table comes from a file or from a SELECT.", "Give 'file' or 'sql'.")
        if self.sql is not None and self.columns:
            raise wrong("a SELECT names its own columns.", "Use AS in it; remove 'columns'.")
        if self.sql is not None and self._reads_a_sheet:
            raise wrong("a SELECT says by itself which rows, and how.", "Remove the other keys.")
        return self

    @property
    def _reads_a_sheet(self) -> bool:
        of_rows = self.only or self.without or self.lacks or self.each_once
        return bool(self.dates or self.numbers or self.timezone or of_rows)

    @property
    def is_shaped(self) -> bool:
        """Whether rows have to be looked at one by one, not only columns renamed."""
        columns = [one for one in self.columns.values() if not isinstance(one, str)]
        return self._reads_a_sheet or any(column.is_worked_out for column in columns)

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
            for column in (*table.columns, *table.lacks):
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
