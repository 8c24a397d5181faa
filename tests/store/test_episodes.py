"""Alerts are kept: what a sign changed is written once, told once, and survives everything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from tasks.alerts.due import Occasion, due
from tasks.alerts.lifecycle import advance
from tasks.episode import Limits, Push
from tasks.errors import Overtaken, UnknownName, WrongUse
from tasks.store import Outgoing, entries, open_store
from tasks.store.alertlog import alert_log
from tasks.store.answers import ACK, MUTE, NOT_USEFUL, NOTE, UNMUTE, answer, mute_kpi, unmute_kpi
from tasks.store.episodes import episodes, every_episode, newest_episodes, rebased, record
from tasks.store.mutes import Mute, mutes
from tasks.store.telling import Notice, tell
from tasks.store.upgrade import MIGRATIONS
from tests.alerts.lives import again, lived, sign, signs
from tests.channels.messages import WEEKLY
from tests.store.drawn import NOW
from tests.store.processes import at_once

TODAY = date(2026, 10, 20)
LIVE = Occasion(TODAY)


def live_through(store, *found, today=TODAY):
    """Let signs change what is stored, as a watch does."""
    last = next(iter(newest_episodes(store).values()), None)
    return record(store, lived(list(found), last), today=today)


def message(episode, push):
    return replace(WEEKLY, kind=push.value, subject_key=str(episode), period="2026-W41")


def say(store, occasion=LIVE):
    """Tell what is due, as a watch does; return what was told."""
    found = due(every_episode(store), mutes(store), occasion)
    notices = [
        Notice(
            one.push,
            (one.episode,),
            (Outgoing(message(one.episode, one.push), ("email:ana@example.com",)),),
            is_live=occasion.is_live,
        )
        for one in found
    ]
    tell(store, notices, company="Tiny", today=occasion.today)
    return [f"{one.push} #{one.episode.number}" for one in found]


def logged(store):
    return [one.what for one in alert_log(store)]


def test_what_was_recorded_comes_back_as_it_was(store):
    steps = lived([sign("2026-W40", "!", 1e-4), sign("2026-W41", "X", 1e-7), sign("2026-W42", "?")])
    (stored,) = record(store, steps, today=TODAY)
    assert episodes(store) == (stored,)
    as_the_law_says = replace(steps[-1].episode, id=1, version=1, opened_at=stored.opened_at)
    assert stored == as_the_law_says
    assert logged(store) == ["opened", "escalated", "no_data"]


def test_nothing_is_written_where_nothing_happened(store):
    assert live_through(store, *signs("...?")) == ()
    live_through(store, *signs("!"))
    assert live_through(store, *signs("!")) == ()
    assert episodes(store)[0].version == 1


def test_it_goes_on_where_it_stood_after_a_restart(store_url):
    for one in signs("!!.!.."):
        with open_store(store_url) as store:
            live_through(store, one)
    with open_store(store_url) as store:
        assert episodes(store) == ()
        (ended,) = every_episode(store)
        assert (ended.ended.key, ended.ending) == ("2026-W45", "calm")
        assert logged(store) == ["opened", "closed"]


def test_one_batch_may_end_an_alert_and_open_the_next(store):
    live_through(store, *signs("!"))
    written = live_through(store, *signs(" ..!"))
    assert [str(one)[-2:] for one in written] == ["#1", "#2"]
    assert logged(store) == ["opened", "closed", "opened"]


def test_who_read_before_another_wrote_writes_nothing(store):
    steps = lived(signs("!"))
    record(store, steps, today=TODAY)
    with pytest.raises(Overtaken, match="was changed by another process meanwhile"):
        record(store, steps, today=TODAY)
    assert logged(store) == ["opened"]


def test_eight_watches_at_once_open_it_once(store):
    def watch(_):
        try:
            return len(record(store, lived(signs("!!")), today=TODAY))
        except Overtaken:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(watch, range(8))) == 1
    assert logged(store) == ["opened"]


def test_eight_watches_at_once_tell_it_once(store):
    live_through(store, *signs("!"))

    def watch(_):
        try:
            return len(say(store))
        except Overtaken:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(watch, range(8))) == 1
    assert len(entries(store)) == 1
    assert logged(store) == ["opened", "alert to people"]


def test_processes_at_once_open_and_tell_it_once(store_url):
    codes, printed = at_once("alert", store_url, processes=3)
    assert codes == [0, 0, 0]
    assert sorted(printed) == ["0", "0", "1"]
    with open_store(store_url) as store:
        assert len(entries(store)) == 1
        assert logged(store) == ["opened", "alert to people"]


def test_a_process_that_dies_before_it_tells_leaves_it_to_the_next(store_url):
    codes, _ = at_once("open and die", store_url, processes=1)
    assert codes == [9]
    with open_store(store_url) as store:
        assert (logged(store), entries(store)) == (["opened"], ())
        assert say(store) == ["alert #1"]
        assert say(store) == []


def test_a_message_that_cannot_be_written_leaves_nothing_told(store):
    live_through(store, *signs("!"))
    broken = Outgoing(None, ("email:ana@example.com",))
    notice = Notice(Push.ALERT, episodes(store), (broken,))
    with pytest.raises(AttributeError):
        tell(store, [notice], company="Tiny", today=TODAY)
    assert logged(store) == ["opened"]
    assert say(store) == ["alert #1"]


def test_an_alert_is_told_once_and_so_are_its_escalation_and_its_end(store):
    told = []
    for one in signs("!!X!X.."):
        live_through(store, one)
        told += [*say(store), *say(store)]
    assert told == ["alert #1", "escalation #1", "recovery #1"]


def test_who_is_told_after_it_escalated_is_not_told_of_that(store):
    live_through(store, *signs("!X"))
    assert [*say(store), *say(store)] == ["alert #1"]


def test_a_correction_is_told(store):
    opening = sign("2026-W40", "!")
    live_through(store, opening)
    say(store)
    live_through(store, again(opening, "."))
    assert say(store) == ["recovery #1"]


def test_what_was_never_told_is_not_taken_back(store):
    live_through(store, *signs("!.."))
    assert say(store) == []


def test_who_acknowledged_is_told_only_of_the_end(store):
    live_through(store, *signs("!"))
    say(store)
    answer(store, "1", "Ana", ACK)
    answer(store, "1", "Ben", ACK)
    live_through(store, *signs(" X"))
    assert say(store) == []
    assert episodes(store)[0].acknowledged_by == "Ana"
    live_through(store, *signs("  .."))
    assert say(store) == ["recovery #1"]


def test_an_answer_in_between_is_not_overlooked(store):
    live_through(store, *signs("!"))
    (read,) = due(episodes(store), (), LIVE)
    answer(store, "1", "Ana", ACK)
    with pytest.raises(Overtaken):
        tell(store, [Notice(read.push, (read.episode,))], company="Tiny", today=TODAY)


def test_a_mute_in_between_is_not_overlooked(store):
    live_through(store, *signs("!"))
    (read,) = due(episodes(store), (), LIVE)
    mute_kpi(store, Mute("logo_churn_rate", date(2030, 1, 1), "Ana", NOW))
    with pytest.raises(Overtaken, match="Ana has muted"):
        tell(store, [Notice(read.push, (read.episode,))], company="Tiny", today=TODAY)


@pytest.mark.parametrize("segment", [None, "ALL"])
def test_what_opens_while_it_is_muted_is_told_once_when_it_still_burns_afterwards(store, segment):
    mute_kpi(store, Mute("logo_churn_rate", date(2026, 11, 1), "Ana", NOW, segment))
    live_through(store, *signs("!!"))
    assert say(store) == []
    assert say(store, Occasion(date(2026, 10, 31))) == []
    assert say(store, Occasion(date(2026, 11, 1))) == ["alert #1"]
    assert say(store, Occasion(date(2026, 11, 2))) == []


def test_what_has_begun_to_recover_when_the_mute_ends_is_not_told(store):
    mute_kpi(store, Mute("logo_churn_rate", date(2026, 11, 1), "Ana", NOW))
    live_through(store, *signs("!!."))
    assert say(store, Occasion(date(2026, 11, 1))) == []


def test_what_ends_while_it_is_muted_is_never_told(store):
    live_through(store, *signs("!"))
    say(store)
    answer(store, "1", "Ana", MUTE, until=date(2026, 11, 1))
    live_through(store, *signs(" .."))
    assert say(store) == say(store, Occasion(date(2026, 12, 1))) == []
    assert every_episode(store)[0].is_silent


def test_a_mute_outlasts_every_history(store):
    live_through(store, *signs("!"))
    answer(store, "1", "Ana", MUTE, until=date(2126, 1, 1))
    assert say(store, Occasion(date(2125, 12, 31))) == []
    assert say(store, Occasion(date(2126, 1, 1))) == ["alert #1"]


def test_unmuting_lets_it_be_heard(store):
    live_through(store, *signs("!"))
    answer(store, "1", "Ana", MUTE, until=date(2030, 1, 1))
    answer(store, "1", "Ana", UNMUTE)
    mute = Mute("logo_churn_rate", date(2030, 1, 1), "Ana", NOW, "ALL")
    mute_kpi(store, mute)
    unmute_kpi(store, mute, "Ben")
    assert say(store) == ["alert #1"]
    assert logged(store)[1:5] == ["mute", "unmute", "mute", "unmute"]


def test_the_later_mute_counts(store):
    for until in (date(2030, 1, 1), date(2026, 10, 21)):
        mute_kpi(store, Mute("logo_churn_rate", until, "Ana", NOW))
    assert [mute.until for mute in mutes(store)] == [date(2026, 10, 21)]


def test_a_mute_of_one_segment_or_kpi_is_not_one_of_others(store):
    mute_kpi(store, Mute("logo_churn_rate", date(2030, 1, 1), "Ana", NOW, "Pro"))
    mute_kpi(store, Mute("new_mrr", date(2030, 1, 1), "Ana", NOW))
    live_through(store, *signs("!"))
    assert say(store) == ["alert #1"]


def test_on_trial_operators_are_told_and_people_once_it_is_live_and_still_burns(store):
    trial = Occasion(TODAY, is_live=False)
    live_through(store, *signs("!"))
    assert [*say(store, trial), *say(store, trial)] == ["alert #1"]
    assert [*say(store), *say(store)] == ["alert #1"]
    assert logged(store)[1:] == ["alert to operators", "alert to people"]


def test_what_ended_on_trial_is_not_told_to_people(store):
    trial = Occasion(TODAY, is_live=False)
    live_through(store, *signs("!"))
    say(store, trial)
    live_through(store, *signs(" .."))
    assert say(store) == []
    assert say(store, trial) == ["recovery #1"]


def test_a_warning_waits_for_the_end_of_quiet_hours_and_what_is_critical_does_not(store):
    quiet = Occasion(TODAY, is_quiet=True)
    live_through(store, *signs("!"))
    assert say(store, quiet) == []
    live_through(store, *signs(" X"))
    assert say(store, quiet) == ["alert #1"]
    live_through(store, *signs("  .."))
    assert say(store, quiet) == []
    assert say(store) == ["recovery #1"]


def test_a_note_says_since_when_the_level_is_normal(store):
    live_through(store, *signs("!"))
    answer(
        store, "logo_churn_rate/ALL#1", "Ana", NOTE, "price change", rebased_on=date(2026, 10, 1)
    )
    place = ("logo_churn_rate", "default", "ALL", "ALL")
    assert rebased(store) == {place: date(2026, 10, 1)}
    (ended,) = live_through(store, *signs(" !"))
    assert ended.ending == "explained"
    assert alert_log(store)[1].note == "price change (normal since 2026-10-01)"


def test_answers_are_of_an_alert_that_is_there(store):
    live_through(store, *signs("!.."))
    answer(store, "1", "Ana", NOT_USEFUL)
    with pytest.raises(WrongUse, match="is over"):
        answer(store, "1", "Ana", ACK)
    with pytest.raises(WrongUse, match=r"There is no alert 7\."):
        answer(store, "7", "Ana", NOTE)
    with pytest.raises(UnknownName, match="did you mean 'logo_churn_rate/ALL#1'"):
        answer(store, "logo_churn/ALL#1", "Ana", NOTE)
    with pytest.raises(WrongUse, match="needs an end"):
        answer(store, "1", "Ana", MUTE)


def test_a_pending_alert_is_kept_and_not_shown(store):
    record(store, lived(signs("!"), None, Limits(opens_after=2)), today=TODAY)
    assert episodes(store) == every_episode(store) == ()
    pending = next(iter(newest_episodes(store).values()))
    step = advance(pending, sign("2026-W41", "!"), Limits(opens_after=2))
    record(store, [step], today=TODAY)
    assert [one.number for one in episodes(store)] == [1]


def test_the_tables_can_be_taken_down_and_put_up_again(store):
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.writing("schema") as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "v0004")
        assert not inspect(connection).has_table("alert_episodes")
        command.upgrade(config, "head")
    live_through(store, *signs("!"))
    assert len(episodes(store)) == 1
