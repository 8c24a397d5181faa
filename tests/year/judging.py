"""How did the year go? What was owed and what arrived, side by side; what was told, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.occasion import occasion
from flows.pushing import is_anything_due
from tasks.store import Entry, State, entries
from tasks.store.episodes import episodes
from tests.stories.world import FIRST_MONDAY, WEEK
from tests.year.clock import opened_at
from tests.year.company import CRISIS
from tests.year.living import HOUR, Year
from tests.year.mishaps import DAY, stands_still
from tests.year.owed import GIVEN_UP_AFTER, Owed, owed

READERS = ("leadership", "berlin", "tokyo", "board", "finance")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a year came to; ``wrongs`` are sentences, and there should be none."""

    owed: int
    sent: int
    late: int
    given_up: tuple[str, ...]
    alerts: int
    ops: Counter[str]
    wrongs: tuple[str, ...]


def judged(year: Year) -> Verdict:
    """Return how the year went, from the mail server and the outbox."""
    expected = owed(year.begins, year.now)
    lost = {one for one in expected if _is_given_up(one)}
    with opened_at(year.config, lambda: year.now) as workspace:
        posted = entries(workspace.store)
        owes = is_anything_due(workspace, occasion(workspace, year.now), year.now)
        known = episodes(workspace.store, ended_since=year.begins)
    digests = [one for one in posted if one.kind == "digest"]
    pushes = [one for one in posted if one.kind not in {"digest", "ops"}]
    wrongs = [
        *_against(expected, lost, digests),
        *_mails(year, posted),
        *_told_twice(pushes),
        *(["an alert is owed at the end of the year"] if owes else []),
        *_untold_operators(lost, posted),
    ]
    is_told = any(str(one).startswith(("first_response_time", "csat")) for one in known)
    saw_it = year.begins < FIRST_MONDAY + WEEK * CRISIS[0] < year.now - 28 * DAY
    if saw_it and not is_told:
        wrongs.append("the crisis of the year opened no alert")
    due = {(one.to, one.period): one.at for one in expected}
    moments = [(one.settled_at, due.get((_name(one), one.period))) for one in digests]
    late = sum(1 for at, planned in moments if at and planned and at > planned + 2 * HOUR)
    headlines = Counter(one.subject.partition(" of ")[0] for one in posted if one.kind == "ops")
    return Verdict(
        len(expected),
        len(digests),
        late,
        tuple(f"{one.to} {one.period}" for one in sorted(lost)),
        len(pushes),
        headlines,
        tuple(wrongs),
    )


def _is_given_up(one: Owed) -> bool:
    """Return whether nothing ran from when a digest was due until it was worthless."""
    hours = int(GIVEN_UP_AFTER[one.grain] / HOUR)
    return all(stands_still(one.at + HOUR * number) for number in range(hours))


def _against(expected: list[Owed], lost: set[Owed], digests: list[Entry]) -> Iterator[str]:
    wanted = Counter((one.to, one.period) for one in expected if one not in lost)
    got = Counter((_name(one), one.period) for one in digests if one.state is State.SENT)
    for who, count in (wanted - got).items():
        yield f"{who[0]} never got {who[1]} ({count})"
    for who, count in (got - wanted).items():
        yield f"{who[0]} got {who[1]} {count} times too often"


def _name(entry: Entry) -> str:
    return entry.recipient.partition("@")[0]


def _mails(year: Year, posted: tuple[Entry, ...]) -> Iterator[str]:
    """Yield where the mail server took another number of mails than the outbox knows of."""
    for number in (one for one in year.mail.by_message_id().items() if one[1] != 1):
        yield f"mail {number[0]} arrived {number[1]} times"
    for name in (*READERS, "oncall", "ops"):
        address = f"{name}@acme.example"
        arrived = len(year.mail.delivered(address))
        sent = sum(1 for one in posted if one.recipient == address and one.state is State.SENT)
        if arrived != sent:
            yield f"{name} got {arrived} mails, and the outbox knows of {sent}"
    for one in posted:
        if one.state is not State.SENT:
            yield f"{one.kind} {one.subject_key} {one.period} to {one.to} is {one.state}"


def _told_twice(pushes: list[Entry]) -> Iterator[str]:
    seen = Counter((one.kind, one.subject_key, one.to) for one in pushes)
    for (kind, about, to), count in seen.items():
        if count > 1:
            yield f"{kind} about {about} was told to {to} {count} times"


def _untold_operators(lost: set[Owed], posted: tuple[Entry, ...]) -> Iterator[str]:
    told = [one for one in posted if one.kind == "ops" and "too old to be sent" in one.subject]
    if bool(lost) != (len(told) == 1):
        yield f"{len(lost)} digests were given up, and operators told {len(told)} times"


def rows(year: Year) -> Iterator[str]:
    """Yield the table of the year: sizes month by month."""
    yield "month     store MB   lake MB   files   digests   alerts   ops"
    for one in year.sizes:
        yield (
            f"{one.month}  {one.store / 1e6:9.2f} {one.lake / 1e6:9.2f} {one.files:7} "
            f"{one.digests:9} {one.alerts:8} {one.ops:5}"
        )


def told(year: Year, verdict: Verdict, seconds: float, now: datetime) -> Iterator[str]:
    """Yield everything there is to say of the year."""
    yield from rows(year)
    yield ""
    yield f"simulated {(now - year.begins).days} days in {seconds:.0f} s; runs: " + ", ".join(
        f"{count} {kind}" for kind, count in sorted(year.runs.items())
    )
    yield f"killed: {'; '.join(year.killed) or 'nobody'}"
    yield f"digests owed {verdict.owed}, sent {verdict.sent}, of these late {verdict.late}"
    yield f"given up and told: {', '.join(verdict.given_up) or 'none'}"
    yield f"messages about alerts: {verdict.alerts}"
    yield f"operators heard: {', '.join(f'{n} x {what}' for what, n in verdict.ops.items())}"
    yield from (f"WRONG: {one}" for one in verdict.wrongs)
    yield "Everything owed arrived once." if not verdict.wrongs else "Not all is well."
