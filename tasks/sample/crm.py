"""What the CRM knows: the customers, who looks after them, whom we know there, when we spoke."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import numpy as np

from tasks.sample import story
from tasks.sample.chance import chance, shuffled
from tasks.sample.files import Export, numbered, rows
from tasks.sample.lives import Change, Life
from tasks.sample.panel import Panel
from tasks.sample.people import ROLES, mail
from tasks.sample.timeline import Timeline, naive

CRM = "crm"
CUSTOMER_COLUMNS = (
    "customer_id name segment industry country acquired_via referrer_id is_test merged_into "
    "owner_id plan region created_at updated_at"
)
MOST_CONTACTS = 3
DUPLICATE_NUMBERS_FROM = 9001
FIRST_WHO_REFERS = 40
NEWEST_TOUCH = timedelta(minutes=25)  # before now: the CRM is up to date


def owners() -> Export:
    """Return the people who look after customers, and who leads them."""
    people = (*story.OWNERS, story.HEAD)
    found = [
        (one.id, one.name, mail(one.name), None if one is story.HEAD else story.HEAD.id, True)
        for one in people
    ]
    return Export(CRM, "owners", rows("owner_id name email manager_id active", found))


def customers(timeline: Timeline, seed: int, lives: tuple[Life, ...]) -> Export:
    """Return every customer record as it stands now, a few of them entered twice."""
    rng = chance(seed, "referrals")
    records = [_record(timeline, life, _referrer(rng, life)) for life in lives]
    for number, life in enumerate(duplicated(lives)):
        copy = list(_record(timeline, life, None))
        copy[0], copy[1] = copy_id(number), f"{life.profile.name} (old)"
        copy[8] = life.profile.id
        records.append(tuple(copy))
    return Export(CRM, "customers", rows(CUSTOMER_COLUMNS, records))


def copy_id(number: int) -> str:
    """Return the id of the second record of a customer that stands in the CRM twice."""
    return f"C{DUPLICATE_NUMBERS_FROM + number}"


def duplicated(lives: tuple[Life, ...]) -> tuple[Life, ...]:
    """Return the customers that stand in the CRM twice: early ones, far apart."""
    step = story.CUSTOMERS_AT_FIRST // (story.DUPLICATES + 1)
    return lives[step : step * (story.DUPLICATES + 1) : step]


def _record(timeline: Timeline, life: Life, referrer: str | None) -> tuple[object, ...]:
    known = [change for change in life.changes if change.at < timeline.now]
    profile = life.profile
    return (
        profile.id,
        profile.name,
        profile.segment,
        profile.industry,
        profile.country,
        profile.acquired_via,
        referrer,
        profile.is_test,
        None,
        profile.owner_on(known[-1].plan),
        known[-1].plan,
        profile.region,
        known[0].at,
        known[-1].at,
    )


def _referrer(rng: np.random.Generator, life: Life) -> str | None:
    number = life.profile.number
    earlier = int(rng.integers(1, max(number, 2)))
    if life.profile.acquired_via != "referral" or number < FIRST_WHO_REFERS:
        return None
    return f"C{earlier:04d}"


def customer_versions(timeline: Timeline, lives: tuple[Life, ...]) -> Export:
    """Return which plan and which owner each customer had from when to when."""
    found = [
        (
            life.profile.id,
            first.at,
            after.at if after else None,
            life.profile.owner_on(first.plan),
            life.profile.segment,
            first.plan,
            life.profile.region,
        )
        for life in lives
        for first, after in pairwise([*_plans(timeline, life), None])
        if first is not None
    ]
    names = "customer_id valid_from valid_to owner_id segment plan region"
    return Export(CRM, "customer_versions", rows(names, found))


def _plans(timeline: Timeline, life: Life) -> Iterator[Change]:
    """Return the changes with which a plan began."""
    plan = ""
    for change in life.changes:
        if change.plan != plan and change.at < timeline.now:
            plan = change.plan
            yield change


def contacts(timeline: Timeline, seed: int, lives: tuple[Life, ...]) -> Export:
    """Return the people we know at each customer, and when we last saw them."""
    rng = chance(seed, "contacts")
    found = []
    for life in lives:
        for number in range(1, MOST_CONTACTS + 1):
            seen_at = min(timeline.now, life.ends_at or timeline.now) - timedelta(
                minutes=int(rng.exponential(14 * 24 * 60)) + 30
            )
            address = f"u{number}@{life.profile.id.lower()}.example"
            role = ROLES[int(rng.integers(len(ROLES)))]
            active = life.ends_at is None or number > 1
            found.append(
                (f"{life.profile.id}-u{number}", life.profile.id, address, role, active, seen_at)
            )
    return Export(
        CRM, "contacts", rows("contact_id customer_id email role active last_seen_at", found)
    )


def touches(timeline: Timeline, seed: int, panel: Panel) -> Export:
    """Return when we spoke with whom, and how."""
    rng = chance(seed, "touches")
    weeks, lives = panel.sample(rng, story.TOUCHES_IN_A_WEEK)
    at = timeline.moments(rng, weeks, panel.region[lives])
    at[-1] = np.datetime64(naive(timeline.now - NEWEST_TOUCH))
    kept = panel.was_here(lives, at) & (at < np.datetime64(naive(timeline.now)))
    order = np.flatnonzero(kept)[np.argsort(at[kept], kind="stable")]
    lives, at = lives[order], at[order]
    people = rng.integers(1, MOST_CONTACTS + 1, order.size)
    kinds = list(story.TOUCH_KINDS)
    columns = {
        "touch_id": numbered("TO", order.size),
        "customer_id": panel.ids(lives),
        "contact_id": panel.people(lives, people),
        "owner_id": panel.owners(lives),
        "kind": [kinds[place] for place in shuffled(rng, story.TOUCH_KINDS, order.size)],
        "at": at,
    }
    return Export(CRM, "touches", columns)
