"""What became of the customers that were to be called: contacted, still here, or left?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.messages.outside import clean, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.messages.ongoing import Advised, Followed

MOST_NAMED = 5


def all_advised(advice: Sequence[Advised], grain: str) -> tuple[str, ...]:
    """Return ``Last week we said: call the 6 customers with tickets. All 6 were contacted...``."""
    first = f"Last {grain} we said: "
    return tuple(
        _advised(one, "We also said: " if number else first) for number, one in enumerate(advice)
    )


def _advised(one: Advised, opening: str) -> str:
    said = sentence(one.said)
    begun = said if said[1:2].isupper() else said[:1].lower() + said[1:]
    return " ".join(part for part in (f"{opening}{begun}", _became(one.customers)) if part)


def _became(customers: Sequence[Followed]) -> str:
    contacted = [one for one in customers if one.is_contacted]
    others = [one for one in customers if not one.is_contacted]
    if not customers:
        return ""
    if any(one.is_contacted is None for one in customers):
        return _remain(customers)
    if not contacted:
        return f"Nobody has been contacted yet: {_named(others)}."
    first = f"{_were(len(contacted), len(customers))} contacted, {_still_here(contacted)}"
    if not others:
        return f"{first}."
    was = "was" if len(others) == 1 else "were"
    return f"{first}; {len(others)} {was} not: {_named(others)}."


def _remain(customers: Sequence[Followed]) -> str:
    """Return who is still here, where nobody can tell who was spoken with."""
    left = [one for one in customers if one.has_left]
    stayed = len(customers) - len(left)
    if not left:
        return "It is still here." if stayed == 1 else f"All {stayed} are still here."
    are = "is" if stayed == 1 else "are"
    return f"{stayed} {are} still here, {len(left)} left: {', '.join(_names(left))}."


def _names(customers: Sequence[Followed]) -> list[str]:
    rest = len(customers) - MOST_NAMED
    named = [clean(one.name) for one in customers[:MOST_NAMED]]
    return [*named, *([f"{rest} more"] if rest > 0 else [])]


def _were(contacted: int, all_of_them: int) -> str:
    if contacted == all_of_them:
        return "It was" if contacted == 1 else f"All {contacted} were"
    return f"{contacted} {'was' if contacted == 1 else 'were'}"


def _still_here(contacted: Sequence[Followed]) -> str:
    left = [one for one in contacted if one.has_left]
    if not left:
        return "still here" if len(contacted) == 1 else "all still here"
    names = ", ".join(clean(one.name) for one in left[:MOST_NAMED])
    return f"{len(left)} left all the same ({names})"


def _named(customers: Sequence[Followed]) -> str:
    rest = len(customers) - MOST_NAMED
    names = [f"{clean(one.name)}{' (left)' if one.has_left else ''}" for one in customers]
    return ", ".join([*names[:MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])
