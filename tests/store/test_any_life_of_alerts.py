"""Whatever happens to alerts, in any order, by two watches at once: nothing is said twice or lost.

Signs of three grains in any order, restatements, mutes, answers, restarts, quiet hours and trial;
each watch reads at one moment and writes at another, as two schedulers do. Any number of calm
periods ends an alert, and segments share customers: what is muted or explained covers them all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from tasks.alerts.due import Occasion, due
from tasks.alerts.lifecycle import advance
from tasks.alerts.rebased import ended_with
from tasks.alerts.telling import told_by
from tasks.episode import Event, Limits, Phase, Push
from tasks.errors import Overtaken
from tasks.model import ALL, Grain
from tasks.store import Outgoing, entries, open_store
from tasks.store.alertlog import alert_log
from tasks.store.answers import (
    ACK,
    MUTE,
    NOTE,
    UNMUTE,
    answer,
    end_with,
    mute_kpi,
    unmute_kpi,
)
from tasks.store.episodes import episodes, every_episode, newest_episodes, record
from tasks.store.mutes import Mute, mutes
from tasks.store.telling import Notice, tell
from tests.alerts.lives import KPI, looked_at
from tests.channels.messages import WEEKLY
from tests.store.drawn import NOW

TABLES = ("alert_mutes", "alert_events", "alert_episodes", "outbox", "outbox_messages")
ENDS = {Event.CLOSED.value, Event.NEW_NORMAL.value, Event.CORRECTED.value}
GRAINS = st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH])
SEGMENTS = st.sampled_from(["Pro", "Starter", ALL])  # the whole holds the customers of both
VERDICTS = st.sampled_from("!!!XX.....--??eg")
WATCHES = st.sampled_from([0, 1])


class Alerts(RuleBasedStateMachine):
    """Two watches and some people at work on one store."""

    url = ""

    @initialize(recover=st.sampled_from([1, 2, 2, 4]))
    def begin(self, recover):
        self.limits = Limits(calm=recover)
        self.today, self.is_live, self.is_quiet = date(2026, 10, 20), True, False
        self.stores = [open_store(self.url), open_store(self.url)]
        with self.stores[0].writing("outbox") as connection:
            for table in TABLES:
                connection.execute(text(f"DELETE FROM {table}"))
        self.steps, self.owed = [[], []], [[], []]
        self.muted, self.silent, self.log = {}, set(), []

    def teardown(self):
        for store in getattr(self, "stores", ()):
            store.close()

    @property
    def store(self):
        return self.stores[0]

    @property
    def occasion(self):
        return Occasion(self.today, self.is_live, self.is_quiet)

    def is_muted(self, episode):
        named = (str(episode), KPI, f"{KPI}:{episode.key.segment}")
        return any(self.today < self.muted.get(name, date.min) for name in named)

    def repeats_what_is_muted(self, episode):
        muted = [one for one in episodes(self.store) if self.is_muted(one)]
        return told_by(episode, muted) is not None

    # what watches do

    @rule(
        which=WATCHES,
        segment=SEGMENTS,
        grain=GRAINS,
        back=st.sampled_from([0, 0, 0, 1, 2]),
        drawn=VERDICTS,
        chance=st.sampled_from([1e-3, 1e-4, 1e-6, None]),
    )
    def look(self, which, segment, grain, back, drawn, chance):
        key, sign = looked_at(segment, grain, back, drawn, self.today, chance)
        mine = [step for step in self.steps[which] if step.episode and step.episode.key == key]
        last = mine[-1].episode if mine else newest_episodes(self.stores[which]).get(key)
        self.steps[which].append(advance(last, sign, self.limits, today=self.today))

    @rule(which=WATCHES)
    def write(self, which):
        steps, self.steps[which] = self.steps[which], []
        try:
            written = record(self.stores[which], steps, today=self.today)
        except Overtaken:
            return
        ended = [one for one in written if one.phase is Phase.CLOSED and self.is_muted(one)]
        self.silent |= {str(one) for one in ended}

    @rule(which=WATCHES)
    def think(self, which):
        store = self.stores[which]
        self.owed[which] = due(every_episode(store), mutes(store), self.occasion)

    @rule(which=WATCHES)
    def say(self, which):
        owed, self.owed[which] = self.owed[which], []
        notices = [self.notice(one) for one in owed]
        try:
            tell(self.stores[which], notices, company="Tiny", today=self.today)
        except Overtaken:
            return
        assert not any(self.is_muted(one.episode) for one in owed)

    @rule(which=WATCHES, segment=SEGMENTS, life=st.text("!X..-?", min_size=1, max_size=6))
    def days_go_by(self, which, segment, life):
        self.steps[which] = []
        for drawn in life:
            self.today += timedelta(days=1)
            self.look(which, segment, Grain.DAY, 0, drawn, 1e-4)
            for act in (self.write, self.think, self.say):
                act(which)

    @rule(
        segment=SEGMENTS,
        grain=GRAINS,
        back=st.sampled_from([0, 1, 2]),
        drawn=st.sampled_from("X!."),
    )
    def a_period_is_sent_again(self, segment, grain, back, drawn):
        """After a restatement, for instance; perhaps of what is over already."""
        self.steps[0] = []
        self.look(0, segment, grain, back, drawn, 1e-4)
        self.write(0)

    @rule(segment=SEGMENTS, drawn=VERDICTS)
    def both_at_once(self, segment, drawn):
        self.today += timedelta(days=1)
        self.steps = [[], []]
        for which in (0, 1):
            self.look(which, segment, Grain.DAY, 0, drawn, 1e-4)
        for act in (self.write, self.think, self.say):
            for which in (0, 1):
                act(which)

    @rule(which=WATCHES, segment=SEGMENTS)
    def somebody_mutes_while_it_is_being_told(self, which, segment):
        self.today, self.steps[which] = self.today + timedelta(days=1), []
        self.look(which, segment, Grain.DAY, 0, "X", 1e-6)
        self.write(which)
        self.think(which)
        self.somebody_mutes(segment, 10)
        self.say(which)

    @rule(segment=SEGMENTS, days=st.sampled_from([1, 3]), before=st.booleans())
    def an_incident_while_muted(self, segment, days, before):
        """A mute begins before or after an alert, and ends after it is over, or before."""
        if not before:
            self.days_go_by(0, segment, "!")
        self.somebody_mutes(segment, days)
        self.days_go_by(0, segment, "!.." if before else "..")

    @rule(which=WATCHES)
    def restart(self, which):
        before = newest_episodes(self.stores[which])
        self.stores[which].close()
        self.stores[which] = open_store(self.url)
        self.steps[which], self.owed[which] = [], []
        assert newest_episodes(self.stores[which]) == before

    # what people and the clock do

    @rule(days=st.sampled_from([1, 1, 2, 7, 30]))
    def time_passes(self, days):
        self.today += timedelta(days=days)

    @rule(is_live=st.booleans(), is_quiet=st.booleans())
    def the_mood_changes(self, is_live, is_quiet):
        self.is_live, self.is_quiet = is_live, is_quiet

    @rule(data=st.data(), what=st.sampled_from([ACK, MUTE, UNMUTE, NOTE]))
    def somebody_answers(self, data, what):
        if there := episodes(self.store):
            one = data.draw(st.sampled_from(there))
            until = self.today + timedelta(days=data.draw(st.sampled_from([0, 3, 4000])))
            since = self.today if what == NOTE and data.draw(st.booleans()) else None
            answer(self.store, str(one.id), "Ana", what, "", until, rebased_on=since)
            if what in {MUTE, UNMUTE}:
                self.muted[str(one)] = until if what == MUTE else date.min

    @rule(segment=SEGMENTS)
    def somebody_explains(self, segment):
        """A level is said to be normal: what is open about the same customers ends with it."""
        mine = [one for one in episodes(self.store) if one.key.segment == segment]
        if mine:
            said = answer(self.store, str(mine[0].id), "Ana", NOTE, "", rebased_on=self.today)
            found = {one.id: ended_with(one.key, said.key) for one in episodes(self.store)}
            others = {number: strips for number, strips in found.items() if strips is not None}
            ended = end_with(self.store, said, others, "Ana", self.today)
            self.silent |= {str(one) for one in ended if self.is_muted(one)}
            assert not any(told_by(said, [one]) for one in episodes(self.store) if one != said)

    @rule(segment=st.sampled_from([None, "Pro", "Starter"]), days=st.sampled_from([0, 1, 10, 4000]))
    def somebody_mutes(self, segment, days):
        mute = Mute(KPI, self.today + timedelta(days=days), "Ben", NOW, segment)
        mute_kpi(self.store, mute)
        self.muted[str(mute)] = mute.until

    @rule(segment=st.sampled_from([None, "Pro", "Starter"]))
    def somebody_unmutes(self, segment):
        mute = Mute(KPI, self.today, "Ben", NOW, segment)
        unmute_kpi(self.store, mute, "Ben")
        self.muted.pop(str(mute), None)

    def notice(self, one):
        audience = "people" if self.is_live else "operators"
        message = replace(
            WEEKLY,
            kind=one.push.value,
            subject_key=f"{one.episode} {audience}",
            period=one.episode.newest.key,
        )
        to = (Outgoing(message, (f"email:{audience}@example.com",)),)
        return Notice(one.push, (one.episode,), to, is_live=self.is_live)

    # what must be so, always

    @invariant()
    def every_alert_opens_once_and_ends_at_most_once(self):
        happened = Counter(
            (one.about, "ended" if one.what in ENDS else one.what) for one in self.read_log()
        )
        for one in every_episode(self.store):
            assert happened[str(one), "opened"] == 1
            assert happened[str(one), "ended"] == (0 if one.is_open else 1)
            assert happened[str(one), "escalated"] == int(one.is_escalated)

    @invariant()
    def one_alert_at_a_time(self):
        keys = Counter(one.key for one in episodes(self.store))
        assert all(count == 1 for count in keys.values())
        last = {}
        for one in every_episode(self.store):
            before = last.get(one.key)
            assert one.number == (before.number + 1 if before else 1)
            assert before is None or one.since.first_day >= before.covers_until
            last[one.key] = one

    @invariant()
    def nothing_is_said_twice_and_no_end_without_a_beginning(self):
        sent = Counter((one.subject_key, one.kind) for one in entries(self.store))
        said = Counter((one.about, one.what) for one in self.read_log() if " to " in one.what)
        assert all(count == 1 for count in (*sent.values(), *said.values()))
        known = {str(one): one for one in every_episode(self.store)}
        for subject, kind in sent:
            name, _, audience = subject.rpartition(" ")
            assert name in known
            if kind == Push.RECOVERY:
                episode = known[name]
                assert episode.phase is Phase.CLOSED
                assert name not in self.silent
                begun = {(f"{name} people", "alert"), (f"{name} {audience}", "alert")}
                assert begun & set(sent)

    @invariant()
    def the_log_only_grows(self):
        now = self.read_log()
        assert now[: len(self.log)] == self.log
        self.log = now

    def read_log(self):
        return list(alert_log(self.store)) if hasattr(self, "stores") else []

    @rule()
    def in_the_end_nothing_is_lost(self):
        """Once nobody wants quiet, everything that burns is known to people, or muted."""
        self.is_live, self.is_quiet = True, False
        for which in (0, 1):
            self.think(which)
            self.say(which)
        for one in episodes(self.store):
            is_heard = not self.is_muted(one) and not self.repeats_what_is_muted(one)
            if one.phase is Phase.OPEN and is_heard and not one.acknowledged_by:
                assert Push.ALERT in one.told


def lived_on(url, examples):
    class OnStore(Alerts):
        pass

    OnStore.url = url
    run_state_machine_as_test(
        OnStore,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_life_on_sqlite(tmp_path):
    lived_on(f"sqlite:///{tmp_path}/keepwell.db", 40)


def test_any_life_on_postgresql(postgres_url):
    lived_on(postgres_url, 6)
