"""By what name do messages call somebody's customers? By that person's, not by their id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from flows.readers import Owners, owners_of
from flows.workspace import Workspace
from tasks.config.people import OWNER
from tasks.messages.inputs import AlertInputs, DigestInputs, RecoveryInputs, Split
from tasks.messages.outside import clean
from tasks.model import Alert, Cell, Finding, Grain
from tasks.rules.base import Assessment

Call = Callable[[Cell], Cell]
Anything = TypeVar("Anything")


def caller(workspace: Workspace) -> Call | None:
    """Return what gives a cell the name it is read by; None where all names can be read as is."""
    segments = workspace.settings.segments
    if not any(OWNER in one.split("/") for one in segments):
        return None
    names = _names(owners_of(workspace))
    return (lambda cell: _called(cell, names)) if names else None


def _names(owners: Owners) -> Mapping[str, str]:
    """Return the owners' names by id; two people of one name keep their ids behind it."""
    known = {key: clean(one.name) for key, one in owners.items() if one.name}
    times = Counter(known.values())
    return {
        key: f"{name} ({key})" if times[name] > 1 else name.replace("/", " ")
        for key, name in known.items()
    }


def _called(cell: Cell, names: Mapping[str, str]) -> Cell:
    dimensions = cell.segment_dimension.split("/")
    values = cell.segment.split("/") if len(dimensions) > 1 else [cell.segment]
    if OWNER not in dimensions or len(dimensions) != len(values):
        return cell
    made = [
        names.get(value, value) if dimension == OWNER else value
        for dimension, value in zip(dimensions, values, strict=True)
    ]
    return replace(cell, segment="/".join(made))


def of_digest(inputs: DigestInputs, call: Call | None) -> DigestInputs:
    """Return the inputs of a digest with every segment called by its name."""
    if call is None:
        return inputs
    return replace(
        inputs,
        history=_keyed(inputs.history, call),
        expected=_keyed(inputs.expected, call),
        assessment=_assessment(inputs.assessment, call),
        alerts=tuple(_alert(one, call) for one in inputs.alerts),
        drivers={kpi: _split(one, call) for kpi, one in inputs.drivers.items()},
        beside={kpi: _lines(some, inputs.history, call) for kpi, some in inputs.beside.items()},
        open_alerts=tuple(replace(one, cell=call(one.cell)) for one in inputs.open_alerts),
    )


def of_alert(inputs: AlertInputs, call: Call | None) -> AlertInputs:
    """Return the inputs of an alert with every segment called by its name."""
    if call is None:
        return inputs
    return replace(
        inputs,
        history=_keyed(inputs.history, call),
        assessment=_assessment(inputs.assessment, call),
        alert=_alert(inputs.alert, call),
        drivers=_split(inputs.drivers, call),
        beside=_lines(inputs.beside, inputs.history, call),
        worse_than=of_finding(inputs.worse_than, call) if inputs.worse_than else None,
    )


def of_recovery(inputs: RecoveryInputs, call: Call | None) -> RecoveryInputs:
    """Return the inputs of an alert's end with every segment called by its name."""
    if call is None:
        return inputs
    finding = of_finding(inputs.finding, call)
    return replace(inputs, history=_keyed(inputs.history, call), finding=finding)


def of_finding(finding: Finding, call: Call | None) -> Finding:
    """Return a finding whose segment is called by its name."""
    return replace(finding, cell=call(finding.cell)) if call else finding


def _keyed(given: Mapping[Cell, Anything], call: Call) -> Mapping[Cell, Anything]:
    return {call(cell): one for cell, one in given.items()}


def _assessment(given: Assessment, call: Call) -> Assessment:
    return replace(
        given,
        findings=tuple(of_finding(one, call) for one in given.findings),
        standings=tuple(replace(one, cell=call(one.cell)) for one in given.standings),
        comparisons={
            call(cell): replace(one, cell=call(cell)) for cell, one in given.comparisons.items()
        },
    )


def _alert(given: Alert, call: Call) -> Alert:
    context = given.context
    for one in given.others:
        context = context.replace(f" in {one.cell.segment} (", f" in {call(one.cell).segment} (")
    others = tuple(of_finding(one, call) for one in given.others)
    return replace(given, lead=of_finding(given.lead, call), others=others, context=context)


def _lines(given: Sequence[str], cells: Iterable[Cell], call: Call) -> tuple[str, ...]:
    """Return sentences such as ``Week 46, O5: 31 tickets`` with the names in them."""
    names = {cell.segment: call(cell).segment for cell in cells}
    changed = {f", {old}: ": f", {new}: " for old, new in names.items() if old != new}
    made = []
    for line in given:
        said = next((old for old in changed if old in line), "")
        made.append(line.replace(said, changed[said], 1) if said else line)
    return tuple(made)


def _split(given: Split, call: Call) -> Split:
    """Return a split whose parts are called by their names."""

    def named(segment: str) -> str:
        return call(Cell("", "", Grain.WEEK, given.dimension, segment)).segment

    return replace(
        given, drivers=tuple(replace(one, segment=named(one.segment)) for one in given.drivers)
    )
