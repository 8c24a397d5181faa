"""On which days a country does not work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from tasks.errors import WrongUse


def holidays_of(country: str | Sequence[date | str], years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of ``country`` in ``years``; a list of dates stands for itself.

    ``country`` is an ISO code, with a subdivision after a dash where there is one: ``US``,
    ``DE-BY``. Raises ``WrongUse`` for a code nobody publishes holidays for.
    """
    if isinstance(country, str):
        return _published(country, tuple(years))
    return frozenset(date.fromisoformat(str(day)) for day in country)


def check_country(code: str) -> None:
    """Raise ``WrongUse`` unless ``code`` is a country, or a subdivision, with holidays."""
    import holidays  # noqa: PLC0415  # 0.1 s: only who has holidays pays for it

    known = holidays.list_supported_countries()
    country, dash, subdivision = code.partition("-")
    if country not in known:
        raise WrongUse(f"no holidays are known for '{code}';", todo="use a code such as US, DE-BY.")
    if dash and subdivision not in known[country]:
        choice = f"known for {country}: {', '.join(known[country]) or 'none'}."
        raise WrongUse(f"no holidays are known for '{code}';", todo=choice)


@lru_cache(maxsize=16)
def _published(code: str, years: tuple[int, ...]) -> frozenset[date]:
    import holidays  # noqa: PLC0415  # as above

    check_country(code)
    country, _, subdivision = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))
