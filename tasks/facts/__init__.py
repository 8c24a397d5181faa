"""The canonical tables: what every source is turned into before anything is computed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from tasks.facts import commerce, customers, operations, revenue, support, usage, voice
from tasks.facts.columns import ColumnFacts, TableFacts, about, facts_of, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBJECTS = (customers, revenue, support, voice, usage, commerce, operations)

FACTS: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for subject in _SUBJECTS
        for table in vars(subject).values()
        if isinstance(table, Table)
    }
)

__all__ = ["FACTS", "ColumnFacts", "TableFacts", "about", "facts_of", "metadata"]
