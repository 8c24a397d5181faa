"""What others, or the board, say a KPI should be: ``benchmarks`` of keepwell.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator

from tasks.config.base import Part, Text
from tasks.config.goals import must_be_possible, variant_there_is
from tasks.config.names import KpiName
from tasks.config.notation import Number
from tasks.model import Grain


class BenchmarkSettings(Part):
    """One value to compare a KPI with, and where it comes from; it is the user's own."""

    kpi: Annotated[KpiName, Field(description="the KPI it is for")]
    grain: Annotated[Grain, Field(description="the length of period it is for")] = Grain.MONTH
    value: Annotated[Number, Field(description="the value: 0.02, or 2 %")]
    source: Annotated[Text, Field(description='where it comes from, such as "Board deck 2025"')]
    variant: Annotated[Text | None, Field(description="the KPI's variant, if not its first")] = None

    @field_validator("variant")
    @classmethod
    def _exists(cls, variant: str | None, info: ValidationInfo) -> str | None:
        return variant_there_is(variant, info)

    @model_validator(mode="after")
    def _is_possible(self, info: ValidationInfo) -> BenchmarkSettings:
        must_be_possible(self.kpi, self.variant, (self.value,), info)
        return self
