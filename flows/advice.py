"""What does a digest advise, about whom, and what became of what the last one advised?

Advice is only about customers who can still be helped: those with a bad sign who are still here.
Where an alert is about customers who left, they are those who show what moved beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.affected import behind_each, pooled
from flows.lakeside import facts_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts.families import foretells
from tasks.alerts.subjects import Subjects
from tasks.engine.basis import basis_of
from tasks.engine.fates import Fate, fates
from tasks.engine.members import Question
from tasks.kpis.base import catalogue
from tasks.messages.ongoing import Advised, Followed
from tasks.messages.outside import clean
from tasks.model import Alert, Cell, Finding, Member, Period, Severity
from tasks.rules.base import Subject
from tasks.store import Advice, advice_given, remember_advice

DIGEST = "digest"
MANY = 50  # customers of one advice: nobody calls more in a week
FIRST = 25  # so many of more than that
MOST_ASKED = 1000  # about whom it is looked up whether they are still here
MOST_NAMED = 5
LOUD = frozenset({Severity.CRITICAL, Severity.WARNING})


@dataclass(frozen=True, slots=True)
class Counsel:
    """What is advised about one alert: what to do, with whom; ``line`` is how it is said.

    ``alert`` is the KPI of the alert below which it stands.
    """

    alert: str
    cell: Cell
    said: str
    customers: tuple[Member, ...]
    line: str

    def is_same(self, other: Counsel) -> bool:
        """Return whether another advice says the same of the same customers."""
        ours, theirs = ({one.customer_id for one in each.customers} for each in (self, other))
        return self.said == other.said and ours == theirs


def counsels(
    steps: Steps,
    workspace: Workspace,
    alerts: Sequence[Alert],
    moved: Mapping[str, Sequence[Finding]],
    period: Period,
    *,
    now: datetime,
) -> Mapping[str, Counsel]:
    """Return what is advised, by the KPI it is about; ``moved`` is what else moved beside an alert.

    Who foretold by a notice what an alert is about, and is still here, is to be called as well.
    """
    subjects = Subjects(catalogue(), workspace.settings.company.currency)
    loud = [one for one in alerts if one.severity in LOUD and one.lead.direction != "data"]
    own = {one.kpi: one.members for one in loud if _is_sign(subjects.of(one.lead.cell))}
    beside = {one.kpi: _signs(moved.get(one.kpi, ()), subjects) for one in loud}
    foretold = {one.kpi: _foretold(one) for one in loud}
    asked_of = [each for some in (*beside.values(), *foretold.values()) for each in some]
    behind = _behind(steps, workspace, asked_of, now)
    everybody = [each for some in (*own.values(), *behind.values()) for each in some[:MOST_ASKED]]
    here = _still_here(workspace, everybody, period, now)
    behind = {**behind, **{one.lead: own[one.kpi] for one in loud if one.kpi in own}}
    made: dict[str, Counsel] = {}
    for one in loud:
        asked = {
            **{sign.cell.kpi: (sign,) for sign in foretold[one.kpi]},
            one.kpi: (one.lead, *beside[one.kpi]),
        }
        for kpi, signs in asked.items():
            found = _counsel(one, signs, behind, here, subjects)
            if found is not None and not any(found.is_same(other) for other in made.values()):
                made[kpi] = found
    return made


def advised(made: Mapping[str, Counsel]) -> Mapping[str, tuple[str, ...]]:
    """Return what is to be said below each alert, by its KPI."""
    said: dict[str, tuple[str, ...]] = {}
    for one in made.values():
        said[one.alert] = (*said.get(one.alert, ()), one.line)
    return said


def _foretold(alert: Alert) -> tuple[Finding, ...]:
    """Return the signs that belong to an alert's incident, those of its very customers first."""
    signs = [one for one in alert.others if foretells(one.cell.kpi, alert.kpi)]
    ordered = sorted(signs, key=lambda one: one.cell.segment != alert.lead.cell.segment)
    return tuple({one.cell.kpi: one for one in reversed(ordered)}.values())


def _is_sign(subject: Subject | None) -> bool:
    """Return whether who is behind a KPI has a bad sign, so that more of them is bad."""
    return subject is not None and subject.bad == "up" and bool(subject.counted)


def _signs(found: Iterable[Finding], subjects: Subjects) -> tuple[Finding, ...]:
    return tuple(one for one in found if _is_sign(subjects.of(one.cell)))


def _behind(
    steps: Steps, workspace: Workspace, found: Sequence[Finding], now: datetime
) -> Mapping[Finding, tuple[Member, ...]]:
    unique = tuple(dict.fromkeys(found))
    if not unique:
        return {}
    calendar = workspace.settings.calendar
    asked = [
        [
            Question(one.cell.kpi, days, one.cell.segment_dimension, one.cell.segment)
            for days in pooled(calendar, calendar.period(one.period), one.window)
        ]
        for one in unique
    ]
    return dict(zip(unique, behind_each(steps, workspace, asked, now), strict=True))


def _still_here(
    workspace: Workspace, members: Sequence[Member], period: Period, now: datetime
) -> frozenset[str]:
    """Return the ids of those who were customers when the period closed."""
    ids = [one.customer_id for one in members]
    before = workspace.settings.calendar.previous(period)
    found = _fates(workspace, ids, (before, period), since=period.end_at, now=now)
    return frozenset(one.customer_id for one in found if one.is_there)


def _of(members: Iterable[Member], here: frozenset[str]) -> tuple[Member, ...]:
    stayed = (one for one in members if one.customer_id in here)
    return tuple({one.customer_id: one for one in stayed}.values())


def _counsel(
    alert: Alert,
    signs: Sequence[Finding],
    behind: Mapping[Finding, tuple[Member, ...]],
    here: frozenset[str],
    subjects: Subjects,
) -> Counsel | None:
    """Return the advice to help those who show the first sign that anybody still here shows."""
    for one in signs:
        subject, members = subjects.of(one.cell), behind.get(one, ())
        stayed = _of(members, here)
        if subject is not None and stayed:
            kept = stayed if len(stayed) <= MANY else stayed[:FIRST]
            which = _which(len(kept), len(stayed), is_all=len(members) <= MOST_ASKED)
            said = f"Call the {which} {_sign(subject, len(kept))}"
            return Counsel(alert.kpi, alert.lead.cell, f"{said}.", kept, f"{said}: {_names(kept)}.")
    return None


def _sign(subject: Subject, count: int) -> str:
    """Return ``with tickets who are still here``, ``who gave notice and are still here``."""
    words = subject.counted.removeprefix("customers ")
    are = "is" if count == 1 else "are"
    if words.startswith("who "):
        return f"{words} and {are} still here"
    sign = words if words != subject.counted else f"with {words}"
    return f"{sign} who {are} still here"


def _which(kept: int, stayed: int, *, is_all: bool) -> str:
    """Return how many are to be called: all, or the first of so many, where that is known."""
    if kept == stayed:
        return "customer" if kept == 1 else f"{kept} customers"
    return f"first {kept} of {stayed:,} customers" if is_all else f"first {kept} customers"


def _names(members: Sequence[Member]) -> str:
    rest = len(members) - MOST_NAMED
    names = [clean(one.name) for one in members[:MOST_NAMED]]
    return ", ".join([*names, *([f"{rest} more"] if rest > 0 else [])])


def remember(
    workspace: Workspace,
    made: Mapping[str, Counsel],
    period: Period,
    *,
    audience: str,
    now: datetime,
) -> None:
    """Keep what the digest of ``period`` for ``audience`` advises; twice is the same as once."""
    given = [
        Advice(
            kind=DIGEST,
            subject_key=audience,
            period=period.key,
            kpi=kpi,
            said=one.said,
            customers=tuple((each.customer_id, each.name) for each in one.customers),
            segment_dimension=one.cell.segment_dimension,
            segment=one.cell.segment,
        )
        for kpi, one in made.items()
    ]
    if given:
        remember_advice(workspace.store, given, now=now)


def became(
    workspace: Workspace, period: Period, *, audience: str, now: datetime, kpi: str = ""
) -> tuple[Advised, ...]:
    """Return what the digest before the one of ``period`` advised, and what became of it.

    With ``kpi`` only what it advised about that.
    """
    before = workspace.settings.calendar.previous(period)
    given = [
        one
        for one in advice_given(workspace.store, (DIGEST,), (before.key,))
        if one.subject_key == audience and kpi in {"", one.kpi}
    ]
    return tuple(_followed(workspace, given, (before, period), now))


def _followed(
    workspace: Workspace, given: Sequence[Advice], between: tuple[Period, Period], now: datetime
) -> Iterator[Advised]:
    has_touches = "touches" in facts_of(workspace).tables if given else False
    for one in given:
        ids = [customer_id for customer_id, _ in one.customers]
        since = one.given_at or between[0].end_at
        found = _fates(workspace, ids, between, since=since, now=now)
        customers = tuple(_told(each, has_touches) for each in found if each.was_there)
        if customers:
            yield Advised(one.said, customers)


def _told(fate: Fate, has_touches: bool) -> Followed:
    is_contacted = fate.touched_at is not None if has_touches else None
    return Followed(fate.name, is_contacted, has_left=not fate.is_there)


def _fates(
    workspace: Workspace,
    ids: Sequence[str],
    between: tuple[Period, Period],
    *,
    since: datetime,
    now: datetime,
) -> tuple[Fate, ...]:
    facts = facts_of(workspace)
    if not ids or "subscription_versions" not in facts.tables:
        return ()
    with facts.open() as session:
        return fates(
            session,
            basis_of(workspace.settings),
            ids,
            between,
            since=since,
            now=now,
            has_touches="touches" in facts.tables,
        )
