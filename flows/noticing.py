"""What has happened that operators should know? Each matter once, however often it is looked at.

A matter is known by its reason, not by the runs that met it: with a broken configuration every flow
fails, for the same reason, and that is one message. It is told again when it comes back on another
day, after the flow has done well in between. Nothing here needs Prefect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.freshness import Stale
from flows.operators import mark_of
from tasks.calendar import zone_named
from tasks.episode import Episode
from tasks.kpis.base import kpi_named
from tasks.messages.inputs import Reader
from tasks.messages.ops import OpsInputs, OpsItem
from tasks.model import ALL, Severity

LATE_FROM = timedelta(minutes=30)  # a worker that is only busy is not worth a message
CRITICAL_SINCE = timedelta(days=7)
TWICE = 2  # what may pass by itself is told when it has not
_COUNTS = re.compile(r"\d+")
_LOOK = "The run in the Prefect UI says what it did until then."
_WHO_KNOWS = "Whom alerts.to names is told with everything there is to know."


@dataclass(frozen=True, slots=True)
class Trouble:
    """The runs of one kind that went wrong in a row since the last good one: why, since when.

    ``times`` is how many there were; one that ``may_recover`` said that trying again may help.
    """

    kind: str
    name: str
    address: str
    reason: str
    since: datetime
    times: int = 1
    may_recover: bool = False

    @property
    def is_worth_telling(self) -> bool:
        """Whether it will not just pass by itself."""
        return not self.may_recover or self.times >= TWICE


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to the operators; two with the same ``key`` and ``period`` are the same."""

    key: str
    period: str
    headline: str
    items: tuple[OpsItem, ...]

    def inputs(self, reader: Reader) -> OpsInputs:
        """Return what the message is written from."""
        return OpsInputs(reader, self.period, self.key, self.headline, self.items)


def of_troubles(troubles: Iterable[Trouble], zone: str) -> Iterator[Notice]:
    """Yield one notice for each reason for which runs went wrong."""
    by_reason: dict[str, list[Trouble]] = {}
    for one in troubles:
        if one.is_worth_telling:
            by_reason.setdefault(_COUNTS.sub("#", one.reason), []).append(one)
    for reason, concerned in by_reason.items():
        first = min(concerned, key=lambda one: one.since)
        kinds = ", ".join(sorted({one.kind for one in concerned}))
        item = OpsItem(f"{kinds} failed", first.reason, _LOOK, where=first.address)
        since = f" since {_moment(first.since, zone)}" if first.times >= TWICE else ""
        headline = f"{_many(kinds, concerned)} failing{since}"
        yield Notice(f"failed-{mark_of([reason])}", _day(first.since, zone), headline, (item,))


def _many(kinds: str, concerned: Sequence[Trouble]) -> str:
    return f"{len(concerned)} kinds of runs are" if len(concerned) > 1 else f"{kinds} is"


def of_late(waiting: Sequence[datetime], zone: str) -> Iterator[Notice]:
    """Yield a notice where runs had to wait for a worker; ``waiting`` is when they were planned."""
    if not waiting:
        return
    oldest = min(waiting)
    count = f"{len(waiting)} {'run' if len(waiting) == 1 else 'runs'} waited"
    since = _moment(oldest, zone)
    item = OpsItem(
        f"{count} for a worker, since {since}",
        "Nothing was read, judged or sent meanwhile. What was missed is made good by the next run.",
        "See whether a worker is running, and why it had stopped:",
        commands=("keepwell status",),
    )
    yield Notice("late", _day(oldest, zone), f"No worker was there from {since} on", (item,))


def of_stale(lagging: Iterable[Stale], zone: str) -> Iterator[Notice]:
    """Yield a notice for each source that lags; one that stays where it is, is told once."""
    for one in lagging:
        since = "" if one.until is None else _day(one.until, zone)  # it never came
        item = OpsItem(
            str(one),
            "Figures that rest on it stop where it does, and digests may wait for it.",
            "See why nothing comes:",
            commands=(f"keepwell sync --source {one.source}",),
        )
        yield Notice(f"stale-{one.source}", since, f"Nothing new from {one.source}", (item,))


def of_critical(known: Iterable[Episode], now: datetime, zone: str) -> Iterator[Notice]:
    """Yield a notice of the alerts that were critical when they opened, those of a moment as one.

    ``known`` are also those that have ended: what was one message stays the same message.
    """
    together: dict[datetime, list[Episode]] = {}
    for one in known:
        at, severity = one.opened_at, one.first.severity
        if at is not None and now - at < CRITICAL_SINCE and severity is Severity.CRITICAL:
            together.setdefault(at, []).append(one)
    for at, mine in together.items():
        items = tuple(OpsItem(_title(one), one.sentence, _WHO_KNOWS) for one in mine)
        more = f" and {len(mine) - 1} more" if len(mine) > 1 else ""
        headline = f"Critical: {_title(mine[0])}{more}"
        yield Notice(f"critical-{at.astimezone(UTC):%H%M%S}", _day(at, zone), headline, items)


def _title(one: Episode) -> str:
    name = kpi_named(one.key.kpi).name
    return name if one.key.segment == ALL else f"{name} in {one.key.segment}"


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(zone_named(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _day(at: datetime, zone: str) -> str:
    return at.astimezone(zone_named(zone)).date().isoformat()
