"""Which KPIs are on the scorecard, in which variant, with which settings: ``kpis``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo

from tasks.catalog import KPIS, KpiEntry
from tasks.config.base import Part
from tasks.config.context import context_of
from tasks.config.kpisettings import KpiSettings
from tasks.config.names import LIST_KPIS
from tasks.config.ownkpis import OwnFile, read_python
from tasks.config.packs import PACK
from tasks.config.presets import PRESETS, Definitions, Preset
from tasks.config.wording import EXPECTED, Found, meant, misplaced, wrong


def read_include(written: object, info: ValidationInfo) -> tuple[str, ...]:
    """Return the keys to include; "pack" stands for those of the company's kind of business."""
    if written == PACK:
        return (PACK,)
    if not isinstance(written, list | tuple):
        raise wrong(*EXPECTED["list_type"])
    choice = (PACK, *context_of(info).catalogues.kpis.keys())
    unknown: list[Found] = [
        ((number,), f"unknown KPI '{key}';", meant(str(key), choice, LIST_KPIS))
        for number, key in enumerate(written)
        if key not in choice
    ]
    if unknown:
        raise misplaced("include", unknown)
    return tuple(written)


def read_variants(written: object, info: ValidationInfo) -> Mapping[str, str]:
    """Return the variant chosen for each KPI."""
    if not isinstance(written, Mapping):
        raise wrong(*EXPECTED["dict_type"])
    kpis = context_of(info).catalogues.kpis
    mistakes = list[Found]()
    for key, variant in written.items():
        if key not in kpis:
            mistakes.append(((key,), f"unknown KPI '{key}';", meant(key, kpis.keys(), LIST_KPIS)))
        elif mistake := _mistaken(kpis.get(key), str(variant)):
            mistakes.append(((key,), *mistake))
    if mistakes:
        raise misplaced("variants", mistakes)
    return dict(written)


def _mistaken(kpi: KpiEntry, variant: str) -> tuple[str, str] | None:
    """Return what is wrong with a variant that was chosen, and what to do; None for nothing."""
    if variant in kpi.variants or (kpi.has_variant(variant) and not kpi.is_named_by_data):
        return None
    if kpi.is_named_by_data:
        todo = f"keepwell values --kpi {kpi.key} --all-variants shows those your data name."
        return f"'{variant}' cannot be chosen: names from the data are all measured;", todo
    return f"unknown variant '{variant}';", meant(variant, kpi.variants)


def _first(key: str) -> str:
    return next(iter(KPIS.get(key).variants), "")


class Kpis(Part):
    """Which KPIs count, and how the definitions are to be read."""

    python: Annotated[  # first: what it registers may be named in all that follows
        tuple[OwnFile, ...],
        PlainValidator(read_python, json_schema_input_type=str | list[str]),
        Field(description="Python files with KPIs of your own, such as ./our_kpis.py"),
    ] = ()
    include: Annotated[
        tuple[str, ...],
        PlainValidator(read_include, json_schema_input_type=str | list[str]),
        Field(description="pack, or a list of KPIs; pack in the list adds to the pack"),
    ] = (PACK,)
    typed_settings: Annotated[
        KpiSettings, Field(alias="settings", description="what the definitions leave open")
    ] = KpiSettings()
    typed_variants: Annotated[
        Mapping[str, str],
        PlainValidator(read_variants, json_schema_input_type=dict[str, str]),
        Field(alias="variants", description="the variant of a KPI to show, if not its first"),
    ] = {}
    definitions: Annotated[
        Definitions,
        Field(description="whose definitions are used, where variants and settings say nothing"),
    ] = "default"

    @property
    def preset(self) -> Preset:
        """The definitions that were chosen."""
        return PRESETS[self.definitions]

    @cached_property
    def variants(self) -> Mapping[str, str]:
        """The variant of each KPI that is meant: the one written down, else that of the preset.

        Where neither says anything, a setting may: a margin of 70 % is that of what is shown.
        """
        shown = {kpi.key: kpi.shown_variant(self.settings) for kpi in KPIS}
        others = {key: name for key, name in shown.items() if name not in ("", _first(key))}
        return {**others, **self.preset.variants, **self.typed_variants}

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The KPI settings as plain values over the preset's: ``["csat"]["positive"]``."""
        return self.settings_under(self.preset)

    def settings_under(self, preset: Preset) -> Mapping[str, Any]:
        """Return the KPI settings under some definitions; what is written down counts first."""
        written = self.typed_settings.model_fields_set
        chosen = {name: it for name, it in preset.settings.items() if name not in written}
        return {**self.typed_settings.as_mapping(), **chosen}
