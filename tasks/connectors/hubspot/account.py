"""What must be known of an account to understand its records? Its zone, stages and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.connectors.properties import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tasks.connectors.hubspot.settings import StageSettings

Outcome = Literal["won", "lost", "open"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline: what it is called, and whether a record in it is done with."""

    id: str
    label: str
    pipeline: str
    pipeline_label: str
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """Whether tickets in it are closed."""
        return str(self.metadata.get("ticketState", "")).upper() == "CLOSED"

    def outcome(self, said: StageSettings) -> Outcome:
        """Return what became of a deal in it: what was said counts more than HubSpot's marks."""
        names = {self.id, self.label}
        if names & set(said.won):
            return "won"
        if names & set(said.lost):
            return "lost"
        chance = str(self.metadata.get("probability", ""))
        if chance in {"1", "1.0"}:
            return "won"
        is_closed = str(self.metadata.get("isClosed", chance in {"0", "0.0"})).lower() == "true"
        return "lost" if is_closed else "open"


@dataclass(frozen=True, slots=True)
class Account:
    """The zone and currency of an account, its stages, and what the values of lists are called."""

    zone: ZoneInfo
    currency: str | None = None
    stages: Mapping[str, Stage] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def label(self, kind: str, name: str, value: str | None) -> str | None:
        """Return what people see for a value of a property."""
        return None if value is None else self.labels.get((kind, name), {}).get(value, value)

    def first_label(
        self, kind: str, names: tuple[str, ...], properties: Mapping[str, object]
    ) -> str | None:
        """Return what people see for the first of these properties that has a value."""
        found = next((name for name in names if text(properties, name)), None)
        return None if found is None else self.label(kind, found, text(properties, found))


def account(
    details: Iterable[Mapping[str, Any]],
    pipelines: Iterable[Mapping[str, Any]],
    definitions: Mapping[str, Iterable[Mapping[str, Any]]],
    otherwise: str,
) -> Account:
    """Return what the landed rows say; ``otherwise`` is the zone where they do not say one."""
    said: Mapping[str, Any] = next(iter(details), {})
    return Account(
        zone=_zone(str(said.get("timeZone") or otherwise), otherwise),
        currency=said.get("companyCurrency"),
        stages=dict(_stages(pipelines)),
        labels={
            (kind, str(definition["name"])): _labels(definition)
            for kind, defined in definitions.items()
            for definition in defined
        },
    )


def _zone(name: str, otherwise: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(otherwise)


def _stages(pipelines: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Stage]]:
    for pipeline in pipelines:
        for stage in pipeline.get("stages") or ():
            key, where = str(stage["id"]), str(pipeline["id"])
            label = str(stage.get("label") or key)
            whole = str(pipeline.get("label") or where)
            yield key, Stage(key, label, where, whole, stage.get("metadata") or {})


def _labels(definition: Mapping[str, Any]) -> dict[str, str]:
    options = definition.get("options") or ()
    return {str(one["value"]): str(one["label"]) for one in options if one.get("label")}
