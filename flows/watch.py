"""Watch: judge the newest data, and push what is news to those who asked for alerts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.alerting import Desk
from flows.announcing import announce, of_alert
from flows.artifacts import foot_of, page, picture, table
from flows.charts import Gallery
from flows.delivery import deliver
from flows.incidents import followed
from flows.judging import Judged, judged
from flows.ledger import basis_print, last_done, note
from flows.measure import catch_up
from flows.occasion import occasion
from flows.operators import mark_of
from flows.pages import alert_rows, alerts_page
from flows.parameters import CONFIG, ConfigFile, Moment
from flows.plan import TOLD, Scope
from flows.pushing import is_anything_due, push, unsent
from flows.relooking import WATCH
from flows.reporting import leave_report
from flows.showing import KNOWN, Run, moment_in, shown
from flows.silence import Silence
from flows.speaking import incidents
from flows.steps import Steps, on_prefect
from flows.sync import bring_in_news
from flows.verdict import verdict
from flows.workspace import Workspace, opened
from tasks.episode import Episode, Event, Step
from tasks.model import ALL, Grain, Period, Severity
from tasks.outbox.delivering import Delivered
from tasks.store.episodes import episodes, newest_episodes
from tasks.store.looks import WATCHES, look

TITLES = {
    Event.OPENED: "New",
    Event.ESCALATED: "Worse",
    Event.CLOSED: "Over",
    Event.NEW_NORMAL: "The new normal",
    Event.CORRECTED: "Corrected",
}
GOES_ON = (Event.OPENED, Event.ESCALATED)


@dataclass(frozen=True, slots=True)
class Watched:
    """What became of the alerts; ``found`` is None where nothing is new since the last look.

    ``ids`` are the entries of the outbox that are to be sent now.
    """

    found: Judged | None
    steps: tuple[Step, ...]
    open: tuple[Episode, ...]
    ids: tuple[int, ...] = ()

    @property
    def events(self) -> tuple[Step, ...]:
        """The steps with which something happened that people may want to know."""
        return tuple(one for one in self.steps if one.event is not None)


def look_and_push(steps: Steps, workspace: Workspace, *, now: datetime) -> Watched:
    """Judge what the store and the lake have, write how the alerts go on, and what is told of it.

    The messages are in the outbox afterwards; nothing is sent yet.
    """
    known = newest_episodes(workspace.store).values()
    found = judged(steps, workspace, now=now, known=known)
    made = followed(workspace, found, now=now)
    ids = push(Desk.at(steps, workspace, found, now))
    note(workspace, WATCH, ALL, now, _looked_at(workspace, now))
    every = tuple(dict.fromkeys((*ids, *unsent(workspace))))
    return Watched(found, made, episodes(workspace.store), every)


def is_news(workspace: Workspace, now: datetime) -> bool:
    """Return whether anything may be other than at the last look: the facts, the day, the mood."""
    before = last_done(workspace, WATCH, ALL)
    if before is None or before.summary != _looked_at(workspace, now):
        return True
    return is_anything_due(workspace, occasion(workspace, now), now)


def _looked_at(workspace: Workspace, now: datetime) -> Mapping[str, str]:
    day = workspace.settings.calendar.local_day(now)
    judged_by = repr((workspace.settings.rules, workspace.settings.goals))
    return {**basis_print(workspace), "day": day.isoformat(), "judged_by": mark_of([judged_by])}


def has_values(found: Judged) -> bool:
    """Return whether anything at all is known of the last week; silence without it says nothing."""
    view = found.week.view
    newest = (seen[-1] for seen in view.past.values())
    return any(one.period == view.period.key and one.value is not None for one in newest)


@flow(name="watch", flow_run_name="watch")
def watch(config: ConfigFile = CONFIG, now: Moment | None = None) -> State[object]:
    """Judge the newest data, and push what is news to whoever asked.

    Args:
        config: The configuration file.
        now: The moment to look from; if not said, the present one.
    """
    return shown("watch", lambda run: _watch(run, Path(config), now or datetime.now(UTC)))


def _watch(run: Run, config: Path, now: datetime) -> State[object]:
    gallery = Gallery()
    steps = on_prefect(took=run.timed, draw=gallery.draw)
    with opened(config, os.environ) as workspace:
        run.named(f"watch {moment_in(workspace.settings.company.timezone, now)}")
        synced = bring_in_news(steps, workspace, now=now)
        catch_up(steps, workspace, now=now, scope=Scope(TOLD))
        if is_news(workspace, now):
            watched = look_and_push(steps, workspace, now=now)
        else:
            watched = Watched(None, (), episodes(workspace.store), unsent(workspace))
        look(workspace.store, WATCHES, now)
        silence = Silence.on(workspace.store, workspace.settings.calendar.local_day(now))
        announce(of_alert(one) for one in watched.events if silence.hears(one.episode))
        delivered = deliver(steps, workspace, watched.ids)
        week = workspace.settings.calendar.last_complete(Grain.WEEK, now)
        problems = [str(problem) for problem in synced.problems]
        state = _verdict(watched, week, delivered, problems)
        if delivered.undelivered and workspace.settings.operators.to:
            run.tagged(KNOWN)
        links = show_alerts(run, watched, gallery)
        leave_report(run, workspace, "Watch", synced.loads, state, links)
    return state


def show_alerts(run: Run, watched: Watched, gallery: Gallery) -> dict[str, str]:
    """Leave the open alerts as a table and as sentences, and a chart of each that is told of."""
    happened = {str(one.episode): TITLES[one.event] for one in watched.events if one.event}
    ended = [in_words([one]) for one in watched.events if one.event not in GOES_ON]
    told = alerts_page(watched.open, happened, ended, foot_of(run))
    links = {
        "alerts": page("alerts", told, f"{len(watched.open)} open alerts"),
        "as a table": table("alerts-table", alert_rows(watched.open), "Open alerts"),
    }
    for number, (alt, url) in enumerate(gallery.drawn(), 1):
        links[f"chart {number}"] = picture(f"chart-alert-{number}", url, alt)
    return links


def rows(open_: Sequence[Episode]) -> list[dict[str, str]]:
    """Return one row per alert: what, where, how loud, and the sentence with the counts."""
    return [row(one) for one in open_]


def row(episode: Episode) -> dict[str, str]:
    """Return an alert as a row of a table."""
    key = episode.key
    return {
        "kpi": key.kpi,
        "segment": "" if key.segment == ALL else key.segment,
        "severity": str(episode.severity),
        "since": str(episode.since.first_day),
        "phase": str(episode.phase),
        "what": episode.sentence,
    }


def _verdict(
    watched: Watched, week: Period, delivered: Delivered, problems: Sequence[str]
) -> State[object]:
    untold = " ".join(["", *problems])
    if delivered.undelivered:
        return verdict(delivered, problems, is_refused=False)
    if watched.found is not None and not has_values(watched.found):
        blind = f"No data for {week}: nothing can be said.{untold}"
        return Failed(name="NoData", message=blind)
    if watched.events:
        return Completed(name="AlertsFound", message=in_short(watched.events) + untold)
    name = "QuietWithProblems" if problems else "AllQuiet"
    count = f" {len(watched.open)} open." if watched.open else ""
    return Completed(name=name, message=f"Nothing new to report.{count}{untold}")


def in_short(events: Sequence[Step]) -> str:
    """Return ``2 New, 1 Over. New: 5 of 61 customers left.``: how many, and the gravest of them.

    What only says the same as another one is not counted.
    """
    told = _told(events)
    if len(told) == 1:
        return in_words(told)
    counted = Counter(TITLES[one.event] for one in told if one.event is not None)
    first = max(told, key=lambda one: _is_critical(one.episode))
    return f"{', '.join(f'{count} {what}' for what, count in counted.items())}. {in_words([first])}"


def _told(events: Iterable[Step]) -> list[Step]:
    """Return what happened to an alert that speaks for its incident, and every end."""
    happened = [(one, one.episode) for one in events if one.event and one.episode]
    speak = incidents(episode for _, episode in happened if episode.is_open)
    return [one for one, episode in happened if not episode.is_open or episode in speak]


def _is_critical(episode: Episode | None) -> bool:
    return episode is not None and episode.severity is Severity.CRITICAL


def in_words(events: Iterable[Step]) -> str:
    """Return what happened to alerts in a sentence for each: ``New: 5 of 61 customers left``."""
    return " ".join(
        f"{TITLES[step.event]}: {step.reason or step.episode.sentence}"
        for step in events
        if step.event is not None and step.episode is not None
    )
