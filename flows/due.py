"""Which digest is asked for, who gets it, and which ones are due?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from flows.asking import grain_named
from flows.newcomers import A_DAY, is_owed, readers_since
from flows.workspace import Workspace
from tasks.config import Audience, Settings, due_at
from tasks.errors import WrongUse
from tasks.model import Grain, Period
from tasks.store import entries

DIGEST = "digest"  # the kind of message
COMPANY = "company"  # what a digest is about that is about all customers
STILL_DUE = A_DAY  # for as long everybody gets a digest who is to get one now
DAY = timedelta(days=1)
# For how long a digest is worth sending that an outage kept back; later it is sent by hand, if at
# all. That is two of each, and a few days: whoever comes back is not swamped.
WORTH = {
    Grain.DAY: 3 * DAY,
    Grain.WEEK: 14 * DAY,
    Grain.MONTH: 31 * DAY,
    Grain.QUARTER: 45 * DAY,
    Grain.YEAR: 60 * DAY,
}
LOOKED_BACK = 5  # periods: after a long weekend several days are due at once


def period_asked(settings: Settings, grain: Grain | None, key: str | None, now: datetime) -> Period:
    """Return the period named ``key``, or the last complete one; ``WrongUse`` for the future."""
    calendar = settings.calendar
    if key is None:
        return calendar.last_complete(grain or usual_grain(settings), now)
    period = calendar.period(key)
    if grain is not None and period.grain is not grain:
        raise WrongUse(f"{key} is a {period.grain}, not a {grain}.", todo="Leave out --grain.")
    if period.start_at >= now:
        raise WrongUse(f"{key} has not begun yet.", todo="Name a period that has.")
    return period


def period_named(settings: Settings, grain: str | None, key: str | None, now: datetime) -> Period:
    """Return the period that --grain and --period name; see ``period_asked``."""
    return period_asked(settings, grain_named(grain) if grain else None, key, now)


def must_be_over(period: Period, now: datetime) -> Period:
    """Return ``period`` if it is over; raise ``WrongUse`` where its digest cannot be final yet."""
    if period.end_at > now:
        raise WrongUse(
            f"{period} is not over yet, and its digest goes out only once.",
            todo="Look at it with --preview, or send an earlier one.",
        )
    return period


def usual_grain(settings: Settings) -> Grain:
    """Return the grain of the first audience's digest; weeks when there is no audience."""
    return settings.audiences[0].digest if settings.audiences else Grain.WEEK


def audiences_of(settings: Settings, grain: Grain) -> tuple[Audience, ...]:
    """Return who gets the digest of this grain; ``WrongUse`` when nobody does."""
    found = tuple(one for one in settings.audiences if one.digest is grain)
    if not found:
        raise WrongUse(
            f"no audience gets a digest of a {grain}.",
            where=f"Looked under audiences in {settings.path.name}.",
            todo=f"Add one with 'digest: {grain}', or use --preview.",
        )
    return found


def dimension_of(subject_key: str, dimensions: Iterable[str]) -> str | None:
    """Return which of ``dimensions`` a digest is a part by; None for the company's.

    ``plan/industry/...`` is by plan/industry where there is such a one, and else by plan.
    """
    fitting = [one for one in dimensions if subject_key.startswith(f"{one}/")]
    return max(fitting, key=len, default=None)


def due(workspace: Workspace, now: datetime) -> dict[Period, tuple[Audience, ...]]:
    """Return the digests that are due and not yet in the outbox, and who is waiting for each.

    The oldest comes first. For a day everybody waits for a digest who has not got it; after that,
    and for as long as it is ``WORTH`` sending, only those whom an outage kept waiting.
    """
    waiting: dict[Period, tuple[Audience, ...]] = {}
    since = readers_since(workspace)
    for audience in workspace.settings.audiences:
        for period, planned in planned_lately(workspace, audience, now):
            if _is_waited_for(workspace, audience, period, (planned, now), since):
                waiting[period] = (*waiting.get(period, ()), audience)
    return dict(sorted(waiting.items(), key=lambda one: (one[0].end_at, one[0].grain)))


def planned_lately(
    workspace: Workspace, audience: Audience, now: datetime
) -> Iterator[tuple[Period, datetime]]:
    """Yield the periods whose digests ``audience`` was to have by now, oldest first, and when."""
    settings = workspace.settings
    last = settings.calendar.last_complete(audience.digest, now)
    for period in settings.calendar.between(settings.calendar.previous(last, LOOKED_BACK), last):
        planned = due_at(settings, audience, period)
        if planned <= now:
            yield period, planned


def _is_waited_for(
    workspace: Workspace,
    audience: Audience,
    period: Period,
    at: tuple[datetime, datetime],
    since: Mapping[str, datetime],
) -> bool:
    planned, now = at
    if now < planned + STILL_DUE:
        return not _is_in_the_outbox(workspace, audience, period)
    is_worth_it = now < planned + WORTH[period.grain]
    is_theirs = is_worth_it and is_owed(since, audience, planned, now)
    return is_theirs and got_nothing(workspace, audience, period)


def got_nothing(workspace: Workspace, audience: Audience, period: Period) -> bool:
    """Return whether nothing of the digest of ``period`` was ever written to ``audience``."""
    posted = entries(workspace.store, kind=DIGEST, period=period.key)
    if audience.split_by is None:
        return not any(one.subject_key == COMPANY and one.to in audience.to for one in posted)
    return not any(dimension_of(one.subject_key, [audience.split_by]) for one in posted)


def _is_in_the_outbox(workspace: Workspace, audience: Audience, period: Period) -> bool:
    if audience.split_by is not None:
        from flows.letters import is_in_the_outbox  # noqa: PLC0415 - it reads the lake; most don't

        return is_in_the_outbox(workspace, audience, period)
    posted = entries(workspace.store, kind=DIGEST, period=period.key)
    return set(audience.to) <= {one.to for one in posted if one.subject_key == COMPANY}
