"""What does keepwell.yaml say about a database? Its address, and a SELECT for each table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tasks.config.base import Part, SourceSettings, Text
from tasks.config.names import Zone, known
from tasks.config.notation import Span
from tasks.config.wording import wrong
from tasks.connectors.fields import Secret, example
from tasks.facts import FACTS


def _is_address(url: SecretStr) -> SecretStr:
    try:
        make_url(url.get_secret_value())
    except (ArgumentError, ValueError) as error:
        raise wrong(
            "this is not the address of a database.",
            "Write one such as postgresql+psycopg://reader:${PASSWORD}@db.example.com/shop.",
        ) from error
    return url


def _table(name: str) -> str:
    return known("table", name, FACTS, "run 'keepwell schema' to see them all.")


class SqlTable(Part):
    """How one of our tables is read: by a SELECT that names its columns as we do."""

    sql: Annotated[Text, Field(description="a SELECT, or a file ending in .sql with one")]
    incremental_by: Annotated[
        Text | None,
        Field(description="a column of the SELECT that grows with each change, such as updated_at"),
    ] = None
    overlap: Annotated[
        Span | None,
        Field(description="how far each sync reads back, for what was committed late; 15m"),
    ] = None
    lacks: Annotated[
        tuple[Text, ...], Field(description="our columns that the database does not have")
    ] = ()


class SqlSettings(SourceSettings):
    """A database that SQLAlchemy has a driver for, read with SELECTs and never written to."""

    model_config = example(
        {
            "name": "warehouse",
            "kind": "sql",
            "url": "postgresql+psycopg://reader:${PASSWORD}@db.example.com/shop",
            "tables": {"customers": {"sql": "SELECT id AS customer_id, name FROM accounts"}},
        }
    )

    kind: Literal["sql"]
    url: Annotated[
        Secret,
        AfterValidator(_is_address),
        Field(description="its address, as SQLAlchemy writes it"),
    ]
    tables: Annotated[
        dict[Annotated[str, AfterValidator(_table)], SqlTable],
        Field(description="the SELECT of each of our tables", min_length=1),
    ]
    timezone: Annotated[
        Zone | None, Field(description="the zone of times that name none, if not the company's")
    ] = None
    lag: Annotated[
        Span | None,
        Field(description="how late it shows what has happened; a live database: 0m"),
    ] = None
    in_place: Annotated[
        bool, Field(description="true: nothing is copied; engine.url must be on the same server")
    ] = False
    page_rows: Annotated[
        int, Field(ge=1, le=100_000, description="how many rows are held at once")
    ] = 5_000
    reconcile_days: Annotated[
        int, Field(ge=0, le=366, description="how often all keys are compared; 0 is never")
    ] = 7
    timeout_s: Annotated[
        float, Field(gt=0, le=86_400, description="how long a SELECT may take, in seconds")
    ] = 600

    @field_validator("tables")
    @classmethod
    def _does_not_end(cls, tables: dict[str, SqlTable]) -> dict[str, SqlTable]:
        for name, table in tables.items():
            for column in table.lacks:
                known(f"column of {name}", column, FACTS[name].columns.keys())
            if ";" in table.sql.strip().rstrip(";") and "'" not in table.sql:
                raise wrong(f"{name}: this is more than one statement.", "Leave one SELECT.")
        return tables

    @property
    def address(self) -> URL:
        """Where the database is, with its password."""
        return make_url(self.url.get_secret_value())

    @property
    def place(self) -> str:
        """Where the database is, in words that may be shown."""
        there = self.address
        port = f":{there.port}" if there.port else ""
        return f"{there.get_backend_name()}://{there.host or ''}{port}/{there.database or ''}"
