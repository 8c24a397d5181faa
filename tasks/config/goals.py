"""What a KPI should reach, by when and for whom: ``goals`` of keepwell.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)

from tasks.calendar import Calendar, read_key
from tasks.config.base import Part, Text
from tasks.config.context import context_of
from tasks.config.names import Dimension, KpiName, known
from tasks.config.notation import Number
from tasks.config.wording import Found, mistaken, together, wrong
from tasks.errors import WrongUse
from tasks.model import ALL, Goal, Grain, Period

TENFOLD = 10  # nothing that is a share of something is more than ten times of it
SIDES = ("at_most", "at_least", "ramp")


def _period_key(written: str) -> str:
    try:
        read_key(written)
    except WrongUse as error:
        raise mistaken(error) from error
    return written


PeriodKey = Annotated[str, AfterValidator(_period_key)]


def variant_there_is(variant: str | None, info: ValidationInfo) -> str | None:
    """Return ``variant`` if the KPI of the same entry has it; raise what was probably meant."""
    kpi = info.data.get("kpi")
    if variant is None or kpi is None:
        return variant
    named = context_of(info).catalogues.kpis.get(kpi)
    return variant if named.has_variant(variant) else known("variant", variant, named.variants)


def must_be_possible(
    key: str, variant: str | None, given: Sequence[Decimal], info: ValidationInfo
) -> None:
    """Raise for a share that is more than anything could be: 92 where 92 % was meant."""
    kpi = context_of(info).catalogues.kpis.get(key)
    if kpi.unit == "ratio" and variant is None and any(one > TENFOLD for one in given):
        raise wrong(
            f"{given[0]} is {given[0] * 100:,.0f} %, and {key} is a share.",
            f'Write {given[0] / 100:f}, or "{given[0]} %".',
        )


class Ramp(Part):
    """A goal that moves in equal steps, one a period, from one value to another.

    It stands at ``start`` in the period ``since`` (a year before ``by`` if nothing is said) and
    at ``end`` from the period ``by`` on. A rising ramp is a floor, a falling one a ceiling.
    """

    start: Annotated[Number, Field(alias="from", description="the value it starts at")]
    end: Annotated[Number, Field(alias="to", description="the value it should reach")]
    by: Annotated[PeriodKey, Field(description="the period that should reach it, such as 2027-Q2")]
    since: Annotated[PeriodKey | None, Field(description="the period it starts in")] = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Ramp:
        if self.start == self.end:
            raise wrong(
                "the ramp starts where it ends.", "Use at_least or at_most for a fixed goal."
            )
        return self

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Ramp:
        first, last = read_key(self.since or self.by), read_key(self.by)
        if self.since and first.grain is last.grain and not first < last:
            raise wrong(
                f"the ramp starts in {self.since}, not before {self.by}.", "Let it start earlier."
            )
        return self

    def value(self, calendar: Calendar, period: Period) -> Decimal:
        """Return what the goal is in ``period``; ``by`` and ``since`` are of the same grain."""
        last = calendar.period(self.by)
        first = calendar.period(self.since) if self.since else calendar.year_before(last)
        if period >= last:
            return self.end
        if period <= first:
            return self.start
        steps = len(calendar.between(first, last)) - 1
        done = len(calendar.between(first, period)) - 1
        return self.start + (self.end - self.start) * done / steps


class GoalSettings(Part):
    """One goal: exactly one of ``at_most``, ``at_least`` and ``ramp``."""

    kpi: Annotated[KpiName, Field(description="the KPI it is for")]
    grain: Annotated[Grain, Field(description="the length of period it is for")] = Grain.MONTH
    at_most: Annotated[Number | None, Field(description="a ceiling: 0.02, or 2 %")] = None
    at_least: Annotated[Number | None, Field(description="a floor: 0.9, or 90 %")] = None
    ramp: Annotated[Ramp | None, Field(description="a goal that moves")] = None
    variant: Annotated[Text | None, Field(description="the KPI's variant, if not its first")] = None
    by: Annotated[
        Mapping[Dimension, str], Field(max_length=1, description="one segment, such as plan: Pro")
    ] = {}
    tolerance: Annotated[Number, Field(ge=0, description="how far off still counts as met")] = (
        Decimal(0)
    )
    owner: Annotated[Text | None, Field(description="who answers for it")] = None

    @field_validator("variant")
    @classmethod
    def _exists(cls, variant: str | None, info: ValidationInfo) -> str | None:
        return variant_there_is(variant, info)

    @model_validator(mode="wrap")
    @classmethod
    def _has_one_side(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        sides = [side for side in SIDES if data.get(side) is not None]
        said = f"the goal has {' and '.join(sides)}." if sides else "the goal has no value."
        todo = "Give exactly one of at_most, at_least and ramp."
        wrong_sides: list[Found] = [] if len(sides) == 1 else [((), said, todo)]
        return together(cls.__name__, wrong_sides, lambda: handler(data))

    @model_validator(mode="after")
    def _ramps_at_its_own_grain(self) -> GoalSettings:
        ends = (self.ramp.by, self.ramp.since) if self.ramp else ()
        for key in filter(None, ends):
            if (grain := read_key(key).grain) is not self.grain:
                raise wrong(
                    f"the ramp names the {grain} {key}, the goal is for a {self.grain}.",
                    f"Name a {self.grain}, or set grain: {grain}.",
                )
        return self

    @model_validator(mode="after")
    def _can_be_reached(self, info: ValidationInfo) -> GoalSettings:
        given = [value for value in (self.at_most, self.at_least) if value is not None]
        must_be_possible(self.kpi, self.variant, given, info)
        return self

    @property
    def segment_dimension(self) -> str:
        """The dimension of the segment it is for, or ``ALL``."""
        return next(iter(self.by), ALL)

    @property
    def segment(self) -> str:
        """The segment it is for, or ``ALL``."""
        return next(iter(self.by.values()), ALL)

    def at(self, calendar: Calendar, period: Period) -> Goal:
        """Return the goal as it stands in ``period``, which is of its own grain."""
        at_most, at_least = self.at_most, self.at_least
        if self.ramp:
            value = self.ramp.value(calendar, period)
            is_rising = self.ramp.end > self.ramp.start
            at_most, at_least = (None, value) if is_rising else (value, None)
        return Goal(
            kpi=self.kpi,
            grain=self.grain,
            at_most=at_most,
            at_least=at_least,
            variant=self.variant,
            segment_dimension=self.segment_dimension,
            segment=self.segment,
            tolerance=self.tolerance,
            owner=self.owner,
        )
