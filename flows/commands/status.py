"""`keepwell status`: what somebody who runs Keepwell wants to know, on one screen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from flows.commands.maxage import MaxAge, told
from flows.commands.options import CONFIG, AsJson, Config, Now, instant

if TYPE_CHECKING:
    from flows.status import AudienceStatus, SourceStatus, Status

UNTOLD = (
    "Nobody was told of these: operators.to names nobody in the configuration. "
    "Add somebody there, and they will be."
)


def run(
    *, config: Config = CONFIG, as_json: AsJson = False, max_age: MaxAge = None, now: Now = None
) -> None:
    """Show how sources, digests and messages stand."""
    if max_age is not None:
        raise typer.Exit(told(config, max_age, instant(now), as_json=as_json))
    from flows.status import status
    from flows.workspace import opened

    with opened(config, os.environ) as workspace:
        found = status(workspace, now=instant(now))
        company = workspace.settings.company.name
    if as_json:
        typer.echo(json.dumps(_facts(found), indent=2))
    else:
        typer.echo("\n".join(_screen(found, company)))
    raise typer.Exit(found.exit_code)


def _screen(found: Status, company: str) -> Iterator[str]:
    from flows.entries import as_table

    yield f"{company}, {found.clock.zone}"
    if not found.has_run:
        yield "Nothing has run yet. Begin with: keepwell digest"
        return
    yield from ("", "SOURCES", *(f"  {_source(one, found)}" for one in found.sources))
    yield f"  last measured: {found.clock.shown(found.measured_at) or 'never'}"
    if found.audiences:
        yield from ("", "DIGESTS", *(f"  {_audience(one, found)}" for one in found.audiences))
    yield from ("", f"ALERTS  {_alerts(found)}", f"  {_open(found)}")
    yield from ("", "OUTBOX", f"  {_counted(found)}")
    if found.undelivered:
        yield from ("", as_table(found.undelivered, found.clock))
        yield "See also: keepwell outbox retry, keepwell outbox cancel."
    if found.nobody_was_told:
        yield UNTOLD


def _source(one: SourceStatus, found: Status) -> str:
    if one.loaded_at is None:
        told = "never loaded"
    else:
        reach = found.clock.shown(one.watermark)
        told = f"loaded {found.clock.shown(one.loaded_at)}"
        told += f", newest data {reach}" if reach else ", its rows bear no dates"
        begins = found.clock.shown(one.read_back_to)
        told += f", its history read back to {begins}" if begins else ""
        told += "; late, nothing has come for longer than usual" if one.is_late else ""
    return "\n    ".join([f"{one.name}: {told}", *one.problems])


def _audience(one: AudienceStatus, found: Status) -> str:
    last = "nothing yet"
    if one.last is not None:
        last = " ".join(filter(None, (one.last.period, one.last.how, _sent_at(one, found))))
    told = f"{one.name} ({one.grain}): {last}; next {one.next_period}"
    told += f", due {found.clock.shown(one.next_at)}"
    if one.overdue is None:
        return told
    late = f"{one.overdue} is overdue, nothing was sent: keepwell digest --period {one.overdue}"
    return f"{told}\n    {late} --send"


def _sent_at(one: AudienceStatus, found: Status) -> str:
    return found.clock.shown(one.last.sent_at) if one.last else ""


def _alerts(found: Status) -> str:
    if found.alerts.is_live:
        people = ", ".join(found.alerts.to)
        return f"live, to {people}" if people else "nobody is named for them"
    return "on trial, for the operators only; alerts: {mode: live} switches them on"


def _open(found: Status) -> str:
    """Return how many alerts are not over and how they stand, or that none is open."""
    phases = found.alerts.by_phase
    count = sum(phases.values())
    if not count:
        return "none is open"
    said = ", ".join(f"{n} {phase.replace('_', ' ')}" for phase, n in sorted(phases.items()))
    split = "" if set(phases) == {"open"} else f": {said}"
    are = "alert is" if count == 1 else "alerts are"
    return f"{count} {are} not over{split}; see 'keepwell alerts list'"


def _counted(found: Status) -> str:
    counts = [f"{count:,} {state}" for state, count in found.counts.items()]
    return f"{', '.join(counts)}, in the last 90 days." if counts else "Empty."


def _facts(found: Status) -> dict[str, object]:
    from flows.entries import as_record
    from flows.figures import instant as written

    return {
        "has_run": found.has_run,
        "sources": [
            {
                "name": one.name,
                "loaded_at": written(one.loaded_at) or None,
                "watermark": written(one.watermark) or None,
                "read_back_to": written(one.read_back_to) or None,
                "is_late": one.is_late,
                "problems": list(one.problems),
            }
            for one in found.sources
        ],
        "measured_at": written(found.measured_at) or None,
        "audiences": [_digest_facts(one) for one in found.audiences],
        "alerts": {
            "is_live": found.alerts.is_live,
            "to": list(found.alerts.to),
            "open": sum(found.alerts.by_phase.values()),
            "by_phase": dict(found.alerts.by_phase),
        },
        "outbox": {
            "counts": dict(found.counts),
            "undelivered": [as_record(one) for one in found.undelivered],
            "nobody_was_told": found.nobody_was_told,
        },
    }


def _digest_facts(one: AudienceStatus) -> dict[str, object]:
    from flows.figures import instant as written

    last = one.last and {
        "period": one.last.period,
        "state": one.last.how,
        "sent_at": written(one.last.sent_at) or None,
    }
    following = {"period": one.next_period, "due_at": written(one.next_at)}
    facts = {"name": one.name, "digest": str(one.grain), "last": last, "next": following}
    return {**facts, "overdue": one.overdue}
