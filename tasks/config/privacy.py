"""What is not kept, and what is kept for how long: ``privacy`` of keepwell.yaml.

Only words and addresses of people can be dropped: no figure is made of them. Rows stay for as long
as there are figures, or a past month would come out differently the next time it is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from tasks.config.base import Part
from tasks.config.notation import read_days
from tasks.config.wording import EXPECTED, Found, meant, misplaced, wrong

PERSONAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "contacts": ("email", "role"),
        "owners": ("name", "email", "slack_id"),
        "tickets": ("subject", "body"),
        "survey_responses": ("comment",),
        "feedback": ("text",),
        "subscription_versions": ("cancel_reason",),
    }
)
AGING = ("tickets.subject", "tickets.body", "survey_responses.comment", "feedback.text")
RAW, QUARANTINE, MESSAGES, REPLACED = "raw", "quarantine", "messages", "replaced"
DEFAULTS: Mapping[str, int] = MappingProxyType(
    {RAW: 35, QUARANTINE: 90, MESSAGES: 400, REPLACED: 7}
)


def _droppable(drop: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    mistakes: list[Found] = []
    for table, columns in drop.items():
        if table not in PERSONAL:
            what = f"nothing personal is known of a table '{table}';"
            mistakes.append(((table,), what, meant(table, PERSONAL)))
            continue
        mistakes += [
            ((table, number), f"'{column}' of {table} can't be dropped;", _choice(table, column))
            for number, column in enumerate(columns)
            if column not in PERSONAL[table]
        ]
    if mistakes:
        raise misplaced("drop", mistakes)
    return drop


def _choice(table: str, column: str) -> str:
    hint = meant(column, PERSONAL[table])
    return hint if hint.startswith("did") else f"{', '.join(PERSONAL[table])} can."


def read_keep(written: object) -> Mapping[str, timedelta]:
    """Return for how long each thing is kept, the defaults included."""
    if not isinstance(written, Mapping):
        raise wrong(*EXPECTED["dict_type"])
    mistakes = list(_mistakes(written))
    if mistakes:
        raise misplaced("keep", mistakes)
    said = {str(name): _days(length) for name, length in written.items()}
    return {name: timedelta(days=days) for name, days in {**DEFAULTS, **said}.items()}


def _mistakes(written: Mapping[object, object]) -> Iterator[Found]:
    choice = (*DEFAULTS, *AGING)
    for name, length in written.items():
        if name not in choice:
            what = f"nothing called '{name}' is kept for a while;"
            yield (str(name),), what, meant(str(name), choice, f"{', '.join(choice)} are.")
        elif not isinstance(length, timedelta) and not _is_days(length):
            what = f"'{length}' is not a number of days from 1."
            yield (str(name),), what, "Write 90d."


def _is_days(length: object) -> bool:
    text = str(length).strip().lower().removesuffix("d").strip()
    return not isinstance(length, bool) and text.isdecimal() and int(text) > 0


def _days(length: object) -> int:
    return length.days if isinstance(length, timedelta) else read_days(length)


class Privacy(Part):
    """What of people is never kept in a canonical table, and for how long the rest is."""

    drop: Annotated[
        Mapping[str, tuple[str, ...]],
        AfterValidator(_droppable),
        Field(description="columns that are never kept, by table, such as contacts: [email]"),
    ] = Field(default={})
    keep: Annotated[
        Mapping[str, timedelta],
        PlainValidator(read_keep, json_schema_input_type=dict[str, int | str]),
        Field(description="for how long: raw, quarantine, messages, replaced, tickets.body ..."),
    ] = Field(default={}, validate_default=True)

    def aging(self, table: str) -> Mapping[str, timedelta]:
        """Return for how long the texts of ``table`` are kept, by column."""
        places = ((*name.partition("."),) for name in self.keep)
        return {
            column: self.keep[f"{of}.{column}"] for of, dot, column in places if dot and of == table
        }
