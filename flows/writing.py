"""How is a digest written: the whole company's, and each part of it, from what is stored?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from flows.actions import effects_seen
from flows.advice import Counsel, advised, became, counsels
from flows.alertaudit import audit_lines
from flows.alerts import open_episodes
from flows.briefing import (
    Circumstances,
    Findings,
    Histories,
    circumstances,
    digest_inputs,
    found_from,
    histories,
)
from flows.happenings import happenings
from flows.ownernames import caller, of_digest
from flows.parts import Part, cut, own_circumstances, own_steps, own_workspace
from flows.secondly import SECOND, Said, among
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts.cases import Known
from tasks.alerts.families import spoken_for
from tasks.messages.inputs import DigestInputs
from tasks.messages.ongoing import MUTED, Audited, OpenEpisode
from tasks.model import ALL, DataNote, Grain, Message, Observation, Period


@dataclass(frozen=True, slots=True)
class Written:
    """One digest: what was found, what is to be known of the data, and the message that says it.

    ``advice`` is what it advises, by the KPI of the alert.
    """

    found: Findings
    notes: tuple[DataNote, ...]
    message: Message
    advice: Mapping[str, Counsel] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """Where the digests of one period are written; the store is read once for all of them."""

    steps: Steps
    workspace: Workspace
    period: Period
    now: datetime
    fresh: tuple[Observation, ...] = ()
    said: Said | None = None
    labels: tuple[DataNote, ...] = ()  # what a digest says of itself: that it is late

    @cached_property
    def past(self) -> Histories:
        """What is known of every cell."""
        return histories(self.workspace, self.period, self.fresh)

    def whole(self) -> Written:
        """Return the digest of the whole company."""
        happened = happenings(self.workspace, self.period, self.now)
        customers = Known(happenings=happened)
        found = found_from(
            self.steps, self.workspace, self.period, self.past, now=self.now, known=customers
        )
        known = self._known(ALL)
        if self.said is not None:
            known = replace(known, notes=(*_disputes(self.said), *known.notes))
        advice = counsels(
            self.steps, self.workspace, found.alerts, found.moved, self.period, now=self.now
        )
        inputs = self._checked(digest_inputs(self.workspace, found, known))
        told = of_digest(self._with_deeds(inputs, advice), caller(self.workspace))
        message = self.steps.digest_message(told)
        return Written(found, known.notes, message, advice)

    def _known(self, dimension: str) -> Circumstances:
        known = circumstances(self.workspace, self.period, dimension, now=self.now)
        return replace(known, notes=(*self.labels, *known.notes))

    def _with_deeds(self, inputs: DigestInputs, advice: Mapping[str, Counsel]) -> DigestInputs:
        """Return the inputs with what people did and should do, and with what came of it."""
        effects, marks = effects_seen(self.workspace, self.past, self.period)
        open_ = self._open_alerts()
        return replace(
            inputs,
            advised=advised(advice),
            effects=effects,
            marks=marks,
            open_alerts=open_,
            spoken_for=inputs.spoken_for | _silent(open_),
            audit=self._audit(),
            advice=became(self.workspace, self.period, audience=inputs.audience, now=self.now),
        )

    def _open_alerts(self) -> tuple[OpenEpisode, ...]:
        today = self.workspace.settings.calendar.local_day(self.now)
        return open_episodes(self.workspace.store, self.period, today=today)

    def _audit(self) -> tuple[Audited, ...]:
        """Return what people said of alerts; once a month is often enough."""
        is_monthly = self.period.grain is Grain.MONTH
        return audit_lines(self.workspace.store, self.period) if is_monthly else ()

    def _checked(self, inputs: DigestInputs) -> DigestInputs:
        """Return the inputs with what was computed twice for this look, if anything was."""
        if self.said is None:
            return inputs
        twice = among(self.workspace, self.period, self.past, self.said.kpis)
        return replace(inputs, checked=bool(twice.kpis), unchecked=twice.others)

    def parts(self, wanted: Sequence[Part]) -> Iterator[Written]:
        """Yield the digest of each part, in their order; all are of one dimension."""
        if not wanted:
            return
        dimension = wanted[0].dimension
        pieces = cut(self.past, dimension)
        known = self._known(dimension)
        for part in wanted:
            yield self._part(part, pieces.get(part.segment, {}), known)

    def _part(self, part: Part, past: Histories, known: Circumstances) -> Written:
        workspace = own_workspace(self.workspace, part)
        steps = own_steps(self.steps, part)
        found = found_from(steps, workspace, self.period, past, now=self.now)
        own = own_circumstances(known, part, past, self.period)
        made = counsels(steps, workspace, found.alerts, found.moved, self.period, now=self.now)
        inputs = replace(
            digest_inputs(workspace, found, own),
            audience=part.key,
            whose=part.whose,
            advised=advised(made),
            advice=became(workspace, self.period, audience=part.key, now=self.now),
        )
        return Written(found, own.notes, steps.digest_message(inputs), made)


def write(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    *,
    now: datetime,
    fresh: Iterable[Observation] = (),
    said: Said | None = None,
) -> Written:
    """Return the digest of ``period`` from what is stored; ``fresh`` values stand above that.

    ``said`` is what a second calculation said of them, where the ledger does not tell.
    """
    return Desk(steps, workspace, period, now, tuple(fresh), said).whole()


def _silent(open_: Iterable[OpenEpisode]) -> frozenset[str]:
    """Return the KPIs whose figures would only say again what somebody has muted."""
    muted = (one.cell.kpi for one in open_ if one.phase == MUTED)
    return frozenset[str]().union(*map(spoken_for, muted))


def _disputes(said: Said) -> Iterator[DataNote]:
    return (DataNote("withheld", SECOND, sentence) for sentence in said.disputed)
