"""Which alert rules run on which KPI, and how loudly: ``rules`` of keepwell.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol, cast

from pydantic import BaseModel, Field, PlainValidator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from tasks.catalog import Catalog, Entry
from tasks.config.base import Part
from tasks.config.context import Catalogues, context_of
from tasks.config.names import LIST_KPIS, RuleName, known
from tasks.config.wording import (
    EXPECTED,
    Found,
    Loc,
    found_in,
    in_our_words,
    meant,
    misplaced,
    wrong,
)
from tasks.model import Grain

DEFAULTS = "defaults"


class RuleKind(Entry, Protocol):
    """What configuration needs to know of a rule: its key is the name under ``rule``."""

    @property
    def settings(self) -> type[BaseModel]:
        """The model its keys are checked with."""
        ...


class RuleHead(Part):
    """What every entry says: which rule, and at which grain (all of them if it says nothing)."""

    rule: Annotated[RuleName, Field(description="the name of a rule, such as spike")]
    grain: Annotated[Grain | None, Field(description="the grain it is for")] = None


@dataclass(frozen=True)
class RuleEntry:
    """One rule of one KPI: its name, the grain it is for, and the rule's own settings."""

    rule: str
    grain: Grain | None
    settings: BaseModel


@dataclass(frozen=True)
class Rules:
    """Every rule that was configured.

    ``defaults`` are settings for all rules and KPIs, ``of`` the entries of each KPI; the settings
    in those already have the defaults in them.
    """

    defaults: Mapping[str, object] = field(default_factory=dict)
    of: Mapping[str, tuple[RuleEntry, ...]] = field(default_factory=dict)

    def for_kpi(self, kpi: str, grain: Grain | None = None) -> tuple[RuleEntry, ...]:
        """Return the entries of ``kpi``; with ``grain`` only those that apply at it."""
        return tuple(
            entry for entry in self.of.get(kpi, ()) if grain is None or entry.grain in {None, grain}
        )

    def settings_of(self, rule: RuleKind, kpi: str, grain: Grain) -> BaseModel:
        """Return the settings ``rule`` runs with on ``kpi`` at ``grain``: its own, or defaults."""
        for entry in self.for_kpi(kpi, grain):
            if entry.rule == rule.key:
                return entry.settings
        return rule.settings.model_validate(_fitting(rule.settings, self.defaults))


def read_rules(written: object, info: ValidationInfo) -> Rules:
    """Return the rules as written; raise with every mistake in them."""
    if isinstance(written, Rules):
        return written
    if not isinstance(written, Mapping):
        raise wrong(*EXPECTED["dict_type"])
    catalogues, mistakes = context_of(info).catalogues, list[Found]()
    defaults = _mapping(written.get(DEFAULTS, {}), (DEFAULTS,), mistakes)
    mistakes += _wrong_defaults(defaults, catalogues.rules)
    entries = {
        str(kpi): tuple(_entries(str(kpi), listed, defaults, info, mistakes))
        for kpi, listed in written.items()
        if kpi != DEFAULTS and _is_kpi(str(kpi), catalogues, mistakes)
    }
    if mistakes:
        raise misplaced("Rules", mistakes)
    return Rules(defaults, entries)


RulesPart = Annotated[Rules, PlainValidator(read_rules, json_schema_input_type=dict[str, object])]


def _mapping(written: object, loc: Loc, mistakes: list[Found]) -> Mapping[str, object]:
    if isinstance(written, Mapping):
        return written
    mistakes.append((loc, *EXPECTED["dict_type"]))
    return {}


def _is_kpi(name: str, catalogues: Catalogues, mistakes: list[Found]) -> bool:
    try:
        known("KPI", name, (*catalogues.kpis.keys(), DEFAULTS), LIST_KPIS)
    except PydanticCustomError as error:
        said = error.context or {}
        mistakes.append(((name,), said["what"], said["todo"]))
        return False
    return True


def _wrong_defaults(defaults: Mapping[str, object], rules: Catalog[Entry]) -> Iterator[Found]:
    models = [cast("RuleKind", entry).settings for entry in rules]
    for key, value in defaults.items():
        fitting = [model for model in models if key in written_keys(model)]
        if not fitting:
            names = {name for model in models for name in written_keys(model)}
            yield (DEFAULTS, key), "unknown key;", meant(key, names)
            continue
        for model in fitting[:1]:
            yield from _wrong_settings(model, {key: value}, (DEFAULTS,))


def _entries(
    kpi: str,
    listed: object,
    defaults: Mapping[str, object],
    info: ValidationInfo,
    mistakes: list[Found],
) -> Iterator[RuleEntry]:
    if not isinstance(listed, list):
        mistakes.append(((kpi,), *EXPECTED["list_type"]))
        return
    for number, written in enumerate(listed):
        loc = (kpi, number)
        if not isinstance(written, Mapping):
            mistakes.append((loc, *EXPECTED["dict_type"]))
        elif head := _head(written, loc, info, mistakes):
            yield from _entry(head, written, defaults, loc, info, mistakes)


def _head(
    entry: Mapping[str, object], loc: Loc, info: ValidationInfo, mistakes: list[Found]
) -> RuleHead | None:
    own = {key: value for key, value in entry.items() if key in RuleHead.model_fields}
    try:
        return RuleHead.model_validate(own, context=info.context)
    except ValidationError as error:
        mistakes.extend(((*loc, *where), what, todo) for where, what, todo in found_in(error))
        return None


def _entry(
    head: RuleHead,
    entry: Mapping[str, object],
    defaults: Mapping[str, object],
    loc: Loc,
    info: ValidationInfo,
    mistakes: list[Found],
) -> Iterator[RuleEntry]:
    kind = cast("RuleKind", context_of(info).catalogues.rules.get(head.rule))
    own = {key: value for key, value in entry.items() if key not in RuleHead.model_fields}
    if found := list(_wrong_settings(kind.settings, own, loc)):
        mistakes.extend(found)
    elif not mistakes:  # the defaults may be what is wrong
        values = {**_fitting(kind.settings, defaults), **own}
        yield RuleEntry(head.rule, head.grain, kind.settings.model_validate(values))


def _wrong_settings(
    model: type[BaseModel], values: Mapping[str, object], loc: Loc
) -> Iterator[Found]:
    try:
        model.model_validate(values)
    except ValidationError as error:
        for where, what, todo in found_in(in_our_words(model, error)):
            yield (*loc, *where), what, todo


def _fitting(model: type[BaseModel], values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key in written_keys(model)}


def written_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the settings of a rule as they are written: ``for``, not what Python calls it."""
    return tuple(field.alias or name for name, field in model.model_fields.items())
