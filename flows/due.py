"""Which digest is asked for, who gets it, and which ones are due?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flows.asking import grain_named
from flows.workspace import Workspace
from tasks.config import Audience, Settings, due_at
from tasks.errors import WrongUse
from tasks.model import Grain, Period
from tasks.store import entries

DIGEST = "digest"  # the kind of message
COMPANY = "company"  # what a digest is about that is about all customers
STILL_DUE = timedelta(hours=24)  # a digest that is later than this is sent by hand, if at all
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
    """Return the digests that are due and not yet in the outbox, and who is waiting for each."""
    settings = workspace.settings
    waiting: dict[Period, tuple[Audience, ...]] = {}
    for audience in settings.audiences:
        for period in _lately(settings, audience, now):
            if not _is_in_the_outbox(workspace, audience, period):
                waiting[period] = (*waiting.get(period, ()), audience)
    return waiting


def _lately(settings: Settings, audience: Audience, now: datetime) -> tuple[Period, ...]:
    """Return the periods whose digests ``audience`` is to have by now, oldest first."""
    last = settings.calendar.last_complete(audience.digest, now)
    recent = settings.calendar.between(settings.calendar.previous(last, LOOKED_BACK), last)
    planned = {period: due_at(settings, audience, period) for period in recent}
    return tuple(one for one, at in planned.items() if at <= now < at + STILL_DUE)


def _is_in_the_outbox(workspace: Workspace, audience: Audience, period: Period) -> bool:
    if audience.split_by is not None:
        from flows.letters import is_in_the_outbox  # noqa: PLC0415 - it reads the lake; most don't

        return is_in_the_outbox(workspace, audience, period)
    posted = entries(workspace.store, kind=DIGEST, period=period.key)
    return set(audience.to) <= {one.to for one in posted if one.subject_key == COMPANY}
