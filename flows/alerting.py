"""What does an alert say when it opens, gets worse, and ends? What its look at the data shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from flows.actions import marks_for
from flows.affected import affected, behind_each, pooled
from flows.alertadvice import since_advised, whom_to_call
from flows.briefing import drivers_of, reader_of
from flows.incidents import limits_at
from flows.judging import Judged, Look, is_current, subjects_of
from flows.lasted import in_grain_of, is_same, known_as, periods_between
from flows.occasion import occasion, trial
from flows.onecustomer import health_line
from flows.ownernames import Call, caller, of_alert, of_recovery
from flows.steps import Steps
from flows.surroundings import in_sentences, moved_beside
from flows.workspace import Workspace
from tasks.alerts.behind import asked_behind
from tasks.alerts.due import Occasion
from tasks.alerts.expected import expected_ranges
from tasks.alerts.explains import overlaps
from tasks.alerts.families import foretells, said_by, speakers
from tasks.alerts.grouping import grouped
from tasks.alerts.telling import cell_of, finding_of
from tasks.alerts.trailing import named
from tasks.engine.members import Question
from tasks.episode import LOUD, Ending, Episode, Event, Key
from tasks.kpis.base import kpi_named
from tasks.messages.inputs import AlertInputs, RecoveryInputs
from tasks.model import ALL, Alert, Cell, Finding, Grain, Member, Message, Period, Severity
from tasks.rules.base import Usual
from tasks.rules.event import EVENT, customer_of
from tasks.store import actions, is_listened
from tasks.store.alertlog import alert_log

DAY = timedelta(days=1)
LOUDEST_FIRST = (Severity.CRITICAL, Severity.WARNING)
TRIAL = "trial "  # before the key of a message that only operators got


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as people will read it, the look it is from, and the episodes it tells of.

    The first of ``episodes`` is the one that speaks.
    """

    alert: Alert
    look: Look
    episodes: tuple[Episode, ...]

    @property
    def speaker(self) -> Episode:
        """The episode the message is named after."""
        return self.episodes[0]

    def with_more(self, episodes: Iterable[Episode]) -> Told:
        """Return the alert as one that tells of these episodes as well."""
        return replace(self, episodes=(*self.episodes, *episodes))


@dataclass(frozen=True)
class Desk:
    """Where alerts are written: what was judged when, on which occasion, and who gets them."""

    steps: Steps
    workspace: Workspace
    found: Judged
    occasion: Occasion
    now: datetime
    people: tuple[str, ...]
    operators: tuple[str, ...]

    @classmethod
    def at(cls, steps: Steps, workspace: Workspace, found: Judged, now: datetime) -> Desk:
        """Return the desk of this moment; while alerts are on trial operators get all of them."""
        settings, moment = workspace.settings, occasion(workspace, now)
        operators = settings.operators.to
        people = settings.alerts.to if moment.is_live else operators
        return cls(steps, workspace, found, moment, now, people, operators)

    @cached_property
    def _call(self) -> Call | None:
        """What gives segments the names they are read by."""
        return caller(self.workspace)

    def opening(self, news: Iterable[Episode]) -> tuple[Told, ...]:
        """Return the alerts that tell of these episodes, one for each KPI, most urgent first."""
        left = {one.key: one for one in news}
        told: list[Told] = []
        for alert, look in _speakers_first(sorted(self._alerts(left), key=_urgency)):
            keys = [Key.of(one) for one in (alert.lead, *alert.others)]
            mine = [left[key] for key in dict.fromkeys(keys) if key in left]
            before = next((one for one in told if _is_same_news(alert, one.alert)), None)
            if before is not None:
                told[told.index(before)] = before.with_more(mine)
            elif mine:
                told.append(Told(alert, look, tuple(mine)))
            for one in mine:
                del left[one.key]
        return (*told, *(self._unseen(one) for one in left.values()))

    def _alerts(self, news: dict[Key, Episode]) -> Iterator[tuple[Alert, Look]]:
        subjects = subjects_of(self.workspace.settings)
        for look in self.found.looks:
            findings = tuple(
                one for one in look.findings if one.severity not in LOUD or Key.of(one) in news
            )
            for alert in grouped(replace(look.assessment, findings=findings), subjects):
                yield alert, look

    def _unseen(self, episode: Episode) -> Told:
        """Return the alert of an episode that is not over, though no look finds it loud now."""
        finding = finding_of(episode)
        alert = Alert(episode.key.kpi, finding.period, episode.severity, finding)
        return Told(alert, self.look_at(episode.key, episode.newest.grain), (episode,))

    def look_at(self, key: Key, grain: Grain) -> Look:
        """Return the look that shows best what ``key`` is about."""
        cell = cell_of(key, grain)
        known = (look for look in reversed(self.found.looks) if is_current(look, cell))
        return next(known, self.found.week)

    def alert(self, told: Told, *, more: int = 0) -> Message:
        """Return the message that tells of an alert that has opened."""
        inputs = of_alert(self._inputs(told, more), self._call)
        return self._named(self.steps.alert_message(inputs), told.speaker)

    def escalation(self, told: Told) -> Message:
        """Return the message that tells that an alert has become worse."""
        episode = told.speaker
        before = replace(
            finding_of(episode),
            severity=episode.first.severity or episode.severity,
            chance=episode.first.chance,
            sentence=self._said_first(episode),
        )
        since = known_as(episode.opened, self.workspace.settings.calendar)
        advice = since_advised(self.workspace, episode.key.kpi, self.now)
        inputs = self._inputs(told, 0)
        inputs = replace(inputs, worse_than=before, since=since, advice=advice)
        inputs = of_alert(inputs, self._call)
        return self._named(self.steps.alert_message(inputs), episode)

    def _said_first(self, episode: Episode) -> str:
        if episode.id is None:
            return episode.sentence
        log = alert_log(self.workspace.store, episode_id=episode.id)
        return next((one.note for one in log if one.what == Event.OPENED), episode.sentence)

    def recovery(self, episode: Episode) -> Message:
        """Return the message that tells how an alert ended."""
        ended = episode.ended or episode.newest
        look = self._look_over(ended)
        calendar = look.view.settings.calendar
        since, opened = (known_as(one, calendar) for one in (episode.since, episode.opened))
        last = look.days if is_same(look.days, ended) else known_as(ended, calendar)
        since = in_grain_of(last, since, calendar)
        said = self._said_first(episode)
        finding = replace(finding_of(episode), period=opened.key, sentence=said)
        inputs = RecoveryInputs(
            reader=reader_of(self.workspace.settings),
            period=last,
            kpi=kpi_named(episode.key.kpi),
            finding=replace(finding, cell=replace(finding.cell, grain=ended.grain)),
            ending=episode.ending or Ending.CALM,
            since=since,
            lasted=periods_between(since, last),
            history=look.view.past,
            members=affected(self.steps, self.workspace, finding.cell, since, last, now=self.now),
            calm=limits_at(self.workspace.settings, episode.key, ended.grain).calm,
            number=episode.id or 0,
            trial=trial(self.workspace, self.now),
            marks=marks_for(actions(self.workspace.store), finding.cell),
            expected=self._expected(look, finding.cell),
        )
        inputs = of_recovery(inputs, self._call)
        return self._named(self.steps.recovery_message(inputs), episode)

    def _look_over(self, ended: Period) -> Look:
        """Return the look at the very days that ended an alert, if this is when it ended."""
        same = (look for look in self.found.looks if is_same(look.days, ended))
        return next(same, self.found.week)

    def _inputs(self, told: Told, more: int) -> AlertInputs:
        look, workspace, alert = told.look, self._workspace_of(told.look), told.alert
        alert = replace(alert, members=self._members(alert.lead, look))
        moved = moved_beside(
            self.steps, workspace, {alert.kpi: alert.lead.cell}, look.assessment, look.view.past
        )
        trails = look.view.trails is not None
        beside = in_sentences(self.steps, workspace, moved, self.now, trails=trails)
        return AlertInputs(
            reader=reader_of(workspace.settings),
            period=look.days,
            kpi=kpi_named(alert.kpi),
            alert=alert,
            history=look.view.past,
            assessment=look.assessment,
            drivers=drivers_of(look.view.past, alert),
            beside=self._health(alert.lead, look) or beside.get(alert.kpi, ()),
            number=told.speaker.id or 0,
            episode=str(told.speaker),
            buttons=is_listened(workspace.store, self.now),
            more=more,
            trial=trial(self.workspace, self.now),
            owner=self._owner(alert.lead),
            marks=marks_for(actions(self.workspace.store), alert.lead.cell),
            expected=self._expected(look, alert.lead.cell),
            days=named(look.days.end_day - DAY) if look.view.trails else "",
            advised=whom_to_call(self.steps, workspace, alert, moved, look, self.now),
        )

    def _health(self, lead: Finding, look: Look) -> tuple[str, ...]:
        """Return how the one customer is doing that something happened at."""
        if lead.rule != EVENT.key:
            return ()
        workspace, whom = self._workspace_of(look), customer_of(lead)
        line = health_line(self.steps, workspace, whom, look.days, now=self.now)
        return (line,) if line else ()

    def _owner(self, lead: Finding) -> str | None:
        """Return who has set themselves a goal for what an alert is about."""
        goals = self.workspace.settings.goals
        return next((one.owner for one in goals if one.kpi == lead.cell.kpi and one.owner), None)

    def _expected(self, look: Look, cell: Cell) -> Mapping[str, Usual]:
        """Return the expected range of each period in the chart."""
        subject = subjects_of(look.view.settings).of(cell)
        seen = look.view.past.get(cell, ())
        return expected_ranges(subject, seen, look.view.settings.calendar) if subject else {}

    def _workspace_of(self, look: Look) -> Workspace:
        return replace(self.workspace, settings=look.view.settings)

    def _members(self, lead: Finding, look: Look) -> tuple[Member, ...]:
        cell = lead.cell
        if cell.segment_dimension not in {ALL, *look.view.settings.segments}:
            return ()  # what happened at one customer names it
        place = (cell.segment_dimension, cell.segment)
        asked = [Question(asked_behind(cell), one, *place) for one in self._days(lead, look)]
        # who left today is found only if today counts as over; it closes where the data end
        moment = self.now if look.view.is_over else self.now + DAY
        (members,) = behind_each(self.steps, self._workspace_of(look), [asked], moment)
        return members

    def _days(self, lead: Finding, look: Look) -> tuple[Period, ...]:
        """Return the periods that an alert tells of together."""
        if lead.period != look.view.period.key:  # a goal has periods of its own
            return (self.workspace.settings.calendar.period(lead.period),)
        return (*pooled(look.view.settings.calendar, look.view.period, lead.window)[:-1], look.days)

    def _named(self, message: Message, episode: Episode) -> Message:
        return replace(message, subject_key=self.key_of(episode), period=episode.opened.key)

    def key_of(self, episode: Episode) -> str:
        """Return what the outbox calls the messages about an episode."""
        return str(episode) if self.occasion.is_live else f"{TRIAL}{episode}"


def _speakers_first(alerts: Sequence[tuple[Alert, Look]]) -> list[tuple[Alert, Look]]:
    """Return the alerts so that none comes before one whose KPI speaks for it."""
    kpis = {alert.kpi for alert, _ in alerts}
    return sorted(alerts, key=lambda pair: len(speakers(pair[0].kpi, kpis)))


def _is_same_news(alert: Alert, told: Alert) -> bool:
    """Return whether an alert from another look says what one that is told already says."""
    is_sign = foretells(alert.kpi, told.kpi) and alert.lead.rule == told.lead.rule == "spike"
    if alert.kpi != told.kpi and alert.kpi not in said_by(told.kpi) and not is_sign:
        return False
    return any(overlaps(alert.lead.cell, one.cell) for one in (told.lead, *told.others))


def _urgency(pair: tuple[Alert, Look]) -> tuple[int, bool, float, str]:
    """Sort by urgency; among equals days come last, which know no segments of two attributes."""
    alert, look = pair
    chance = alert.lead.chance if alert.lead.chance is not None else 1.0
    is_coarse = look.days.grain is Grain.DAY
    return LOUDEST_FIRST.index(alert.severity), is_coarse, chance, alert.kpi
