"""What does Prefect hear of alerts, digests and sources? Events, for what else is to happen then.

People are told by the outbox, which forgets nothing; an event is for machines, and is sent once,
when it happens. By hand nobody is told anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prefect.events import emit_event

from tasks.episode import Episode, Event, Step
from tasks.masking import masked
from tasks.model import ALL, Message, Period

ALERT, DIGEST, SOURCE = "keepwell.alert", "keepwell.digest", "keepwell.source"
OPENED, ESCALATED, CLOSED = f"{ALERT}.opened", f"{ALERT}.escalated", f"{ALERT}.closed"
SENT, HELD, STALE = f"{DIGEST}.sent", f"{DIGEST}.held", f"{SOURCE}.stale"
_NAMES = {
    Event.OPENED: OPENED,
    Event.ESCALATED: ESCALATED,
    Event.CLOSED: CLOSED,
    Event.NEW_NORMAL: CLOSED,
    Event.CORRECTED: CLOSED,
}
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event: its name, what it is about and what else belongs to that, and the facts.

    ``resource`` is an id with labels, ``related`` are ids by the role they have in it.
    """

    name: str
    id: str
    labels: Labels = field(default_factory=dict)
    related: tuple[tuple[str, str], ...] = ()
    facts: Labels = field(default_factory=dict)


def of_alert(step: Step) -> Announcement | None:
    """Return what is told of a step of an alert; None where nothing happened to it."""
    if step.episode is None or step.event is None:
        return None
    one = step.episode
    kpi, segment = one.key.kpi, one.key.segment
    labels = {
        "prefect.resource.name": f"{kpi} in {segment}" if segment != ALL else kpi,
        "keepwell.kpi": kpi,
        "keepwell.segment": segment,
        "keepwell.severity": str(one.severity),
        "keepwell.rule": one.key.rule,
    }
    related = [(f"keepwell.kpi.{kpi}", "kpi")]
    if segment != ALL:
        related.append((f"keepwell.segment.{one.key.segment_dimension}.{segment}", "segment"))
    facts = {"what": step.reason or one.sentence, **_facts(one)}
    return Announcement(_NAMES[step.event], f"{ALERT}.{one}", labels, tuple(related), facts)


def _facts(one: Episode) -> Labels:
    return {
        "since": str(one.since.first_day),
        "severity": str(one.severity),
        "state": str(one.phase),
        "number": str(one.id or ""),
    }


def of_digest(message: Message, period: Period, sent: int, undelivered: int) -> Announcement:
    """Return what is told of a digest that went out, to whomever it could."""
    facts = {"subject": message.subject, "sent": str(sent), "undelivered": str(undelivered)}
    return Announcement(SENT, f"{DIGEST}.{period}", _of_period(period), facts=facts)


def of_held(period: Period, why: str) -> Announcement:
    """Return what is told of a digest that waits for data."""
    return Announcement(HELD, f"{DIGEST}.{period}", _of_period(period), facts={"why": why})


def _of_period(period: Period) -> Labels:
    return {
        "prefect.resource.name": f"digest of {period}",
        "keepwell.period": period.key,
        "keepwell.grain": str(period.grain),
    }


def of_stale(source: str, why: str) -> Announcement:
    """Return what is told of a source that has had nothing new for longer than it usually has."""
    labels = {"prefect.resource.name": source, "keepwell.source": source}
    return Announcement(STALE, f"{SOURCE}.{source}", labels, facts={"why": why})


def announce(those: Iterable[Announcement | None]) -> None:
    """Tell Prefect; only to be used inside a flow run, which each event is then related to."""
    for one in those:
        if one is not None:
            emit_event(
                one.name,
                resource={"prefect.resource.id": one.id, **one.labels},
                related=[
                    {"prefect.resource.id": id_, "prefect.resource.role": role}
                    for id_, role in one.related
                ],
                payload={name: masked(fact) for name, fact in one.facts.items()},
            )
