"""What does reading the vendors cost: an hour without news, and a first sync of 50,000 tickets?

A company of 600 customers stands in our own doubles, which answer over real HTTP and keep the
vendors' limits. Time is pretended: it passes only while we wait for a permit, so that what is
measured is the pace, on any machine. Requests are counted where they arrive.

The budgets are those of the smallest plans: HubSpot Free and Starter, 250,000 requests a day and
100 in ten seconds; Zendesk Team, 200 requests a minute and 10 incremental exports a minute.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the pretended vendors are among the tests

from tasks.connectors.base import Surroundings  # noqa: E402 - see above
from tasks.connectors.hubspot import HubSpotSettings  # noqa: E402
from tasks.connectors.hubspot import extract as hubspot_extract  # noqa: E402
from tasks.connectors.retrying import World  # noqa: E402
from tasks.connectors.zendesk import ZendeskSettings  # noqa: E402
from tasks.connectors.zendesk import extract as zendesk_extract  # noqa: E402
from tasks.facts.raw import Extracted  # noqa: E402
from tasks.store import open_store  # noqa: E402
from tests.doubles.hubspot import HubSpot  # noqa: E402
from tests.doubles.web import Web  # noqa: E402
from tests.doubles.zendesk import EMAIL, EXPORTS, Zendesk  # noqa: E402

CUSTOMERS, TICKETS = 600, 50_000
FIRST, DAYS = datetime(2024, 11, 25, 8, tzinfo=UTC), 728
A_DAY, MOST, WORST = 24, 0.01, 1.2
MINUTES_A_DAY, PAGE = 1_440, 1_000
EXPORTS_A_MINUTE, REQUESTS_A_MINUTE = 10, 200
HUBSPOT_A_DAY, HUBSPOT_10_S, SEARCHES_S = 250_000, 100, 4


@dataclass(slots=True)
class Pretended:
    """A clock that goes on only while somebody waits; who waits beside another waits with it."""

    at: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def clock(self) -> float:
        """Return the time, in seconds."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let the time pass, as far as nobody else has let it pass already."""
        until = self.at + seconds
        with self.lock:
            self.at = max(self.at, until)

    def world(self) -> World:
        """Return the world in which this is the time."""
        return World(self.clock, self.sleep, lambda: 1.0)


@contextmanager
def around(time: Pretended) -> Iterator[Callable[[datetime], Surroundings]]:
    """Give what makes the surroundings of an extraction at a moment."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with open_store(f"sqlite:///{root}/keepwell.db") as store:
            yield lambda now: Surroundings(
                root, "UTC", store=store, raw=root / "raw", now=now, world=time.world()
            )


def moments(count: int, days: int) -> Iterator[datetime]:
    """Yield ``count`` moments, evenly over the first ``days`` of the history."""
    return (FIRST + number * timedelta(days=days) / count for number in range(count))


def desk(zendesk: Zendesk) -> None:
    """Fill a Zendesk: organizations, people, two years of tickets, a fifth of them rated."""
    account = zendesk.account
    account.now = FIRST
    for number in range(CUSTOMERS):
        account.add_organization(id=100_000 + number, external_id=f"C{number}")
        for person in range(5):
            account.add_user(id=200_000 + 5 * number + person, organization_id=100_000 + number)
    for number, moment in enumerate(moments(TICKETS, DAYS)):
        account.now = moment
        ticket = account.add_ticket(200_000 + number % (5 * CUSTOMERS))
        account.reply(ticket)
        account.pass_time(hours=3)
        account.solve(ticket)
        if number % 5 == 0:
            account.rate(ticket, "good")
        if number % 100 == 0 and number > TICKETS * 0.96:
            account.delete_ticket(ticket)
    account.now = FIRST + timedelta(days=DAYS, hours=8)


def portal(hubspot: HubSpot) -> None:
    """Fill a HubSpot: companies with people, deals and lines, tickets, answers and touches."""
    there = hubspot.portal
    counts = {
        "companies": CUSTOMERS,
        "contacts": 4 * CUSTOMERS,
        "deals": 3 * CUSTOMERS,
        "line_items": 3 * CUSTOMERS,
        "tickets": 6_000,
        "feedback_submissions": 2_000,
        "calls": 4_000,
        "meetings": 2_000,
        "emails": 6_000,
    }
    for kind, count in counts.items():
        for number, moment in enumerate(moments(count, DAYS)):
            there.now = moment
            key = there.add(kind, name=f"{kind} {number}", hs_timestamp=moment.isoformat())
            if number % 20 == 0 and moment > FIRST + timedelta(days=DAYS - 90):
                there.archive(kind, key)
    there.now = FIRST + timedelta(days=DAYS, hours=8)


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: what it is, in words, and whether it is within its limit."""

    words: str
    is_met: bool


def zendesk_figures() -> Iterator[Result]:
    """Yield what a first sync takes and what an hour without news costs."""
    time = Pretended()
    with Zendesk() as zendesk, around(time) as surroundings:
        desk(zendesk)
        zendesk.limit(EXPORTS_A_MINUTE, REQUESTS_A_MINUTE)
        for limit in zendesk.limits:
            limit.clock = time.clock
        settings = ZendeskSettings.model_validate(
            {
                "name": "desk",
                "kind": "zendesk",
                "base_url": zendesk.base_url,
                "email": EMAIL,
                "token": zendesk.token,
            }
        )
        account = zendesk.account

        def read() -> Extracted:
            return zendesk_extract(settings, surroundings(account.now))

        yield _first_sync("Zendesk", read(), time.at, _least_s(zendesk), zendesk)
        calls = _quiet_hour(zendesk, lambda: account.pass_time(hours=1), read)
    exports = sum(calls[name] for name in EXPORTS)
    yield _share("Zendesk exports", exports, EXPORTS_A_MINUTE * MINUTES_A_DAY, "Team, 10/min")
    everything = calls.total()
    yield _share("Zendesk", everything, REQUESTS_A_MINUTE * MINUTES_A_DAY, "Team, 200/min")


def _least_s(zendesk: Zendesk) -> float:
    """Return how long all exports take at the least: full pages, so many a minute."""
    account, day = zendesk.account, timedelta(days=1)
    young = sum(datetime.fromisoformat(one["time"]) >= account.now - day for one in account.events)
    rows = (len(account.tickets), len(account.users), len(account.organizations), young)
    calls = sum(max(1, math.ceil(count / PAGE)) for count in rows)
    return (math.ceil(calls / EXPORTS_A_MINUTE) - 1) * 60.0


def hubspot_figures() -> Iterator[Result]:
    """Yield what an hour without news costs."""
    time = Pretended()
    with HubSpot(per_10s=HUBSPOT_10_S) as hubspot, around(time) as surroundings:
        portal(hubspot)
        hubspot.limit_searches(SEARCHES_S, 1.0)
        for limit in hubspot.limits:
            limit.clock = time.clock
        settings = HubSpotSettings.model_validate(
            {"name": "crm", "kind": "hubspot", "base_url": hubspot.base_url, "token": hubspot.token}
        )

        def read() -> Extracted:
            return hubspot_extract(settings, surroundings(hubspot.portal.now))

        read()
        calls = _quiet_hour(hubspot, lambda: hubspot.portal.pass_time(hours=1), read)
    yield _share("HubSpot", calls.total(), HUBSPOT_A_DAY, "Free and Starter")


def _quiet_hour(
    vendor: Web, pass_an_hour: Callable[[], object], read: Callable[[], Extracted]
) -> Counter[str]:
    """Return how often each route is asked by the third sync, an hour after the second."""
    pass_an_hour()
    read()
    pass_an_hour()
    before = len(vendor.requests)
    found = read()
    if found.problems:
        raise found.problems[0]
    return Counter(one.route for one in vendor.requests[before:])


def _first_sync(name: str, found: Extracted, took_s: float, least_s: float, vendor: Web) -> Result:
    rows = next((one.rows.num_rows for one in found.tables if one.table == "tickets"), 0)
    refused = sum(limit.refused for limit in vendor.limits)
    ratio = took_s / least_s
    words = (
        f"{name:<16} first sync of {rows:,} tickets: {took_s:,.0f} s of pretended time, "
        f"{ratio:.2f} x the least its limit allows   {refused} refused   limit {WORST} x"
    )
    return Result(words, ratio <= WORST and rows > 0.99 * TICKETS and not found.problems)


def _share(name: str, calls: int, a_day: int, plan: str) -> Result:
    share = calls * A_DAY / a_day
    words = (
        f"{name:<16} an hour without news: {calls} requests, {calls * A_DAY:,} a day of "
        f"{a_day:,} ({plan}): {share:.2%}   limit {MOST:.0%}"
    )
    return Result(words, share <= MOST)


def main() -> None:
    """Print the figures, and exit with 1 when one is beyond its limit."""
    missed = False
    for figures in (hubspot_figures, zendesk_figures):
        for one in figures():
            print(one.words + ("" if one.is_met else "   OVER THE LIMIT"), flush=True)
            missed |= not one.is_met
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
