"""What is read from a Gainsight tenant? Its companies, and the objects that were named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tasks.connectors.gainsight.reading import CREATED, GSID, MODIFIED, Object
from tasks.connectors.gainsight.settings import GainsightSettings, SurveySettings, UsageSettings
from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Row, Stream
from tasks.connectors.values import instant, plain

COMPANIES, COMPANY = "companies", "Company"
ALWAYS = (GSID, CREATED, MODIFIED)


def streams(settings: GainsightSettings) -> tuple[Stream, ...]:
    """Return every stream of a tenant."""
    found = [*_named(settings)]
    for name, known_as, _, _ in _read(settings) if settings.reconcile_days else ():
        ids = Object(settings.read_path, known_as, (GSID, CREATED), settings.page_size, whole=True)
        found.append(
            Stream(
                listed_name(name),
                gsid,
                made,
                ids,
                full=True,
                optional=True,
                config=_reach(settings),
                every=timedelta(days=settings.reconcile_days),
            )
        )
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def _reach(settings: GainsightSettings) -> str:
    return f"{settings.base_url}{settings.read_path}"


def _named(settings: GainsightSettings) -> Iterator[Stream]:
    for name, known_as, fields, tables in _read(settings):
        asked = Object(settings.read_path, known_as, (*ALWAYS, *fields), settings.page_size)
        reach = f"{_reach(settings)} {' '.join(asked.fields)}"
        optional = name != COMPANIES
        yield Stream(name, gsid, modified, asked, optional=optional, tables=tables, config=reach)


Reading = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def _read(settings: GainsightSettings) -> Iterator[Reading]:
    """Yield for each stream its name, its object, the fields and the tables that need it."""
    tables = ["customers"] if settings.customers else []
    tables += ["survey_responses"] if settings.surveys else []
    tables += ["usage_events"] if settings.usage else []
    of_company = (settings.customer, "Name", *_filled(settings.fields.model_dump().values()))
    yield COMPANIES, COMPANY, of_company, tuple(tables)
    for survey in settings.surveys:
        yield survey.object, survey.object, _of_survey(survey), ("survey_responses",)
    for usage in settings.usage:
        yield usage.object, usage.object, _of_usage(usage), ("usage_events",)


def _of_survey(one: SurveySettings) -> tuple[str, ...]:
    return _filled((one.company, one.score, one.at, one.contact, one.comment))


def _of_usage(one: UsageSettings) -> tuple[str, ...]:
    return _filled((one.company, one.at, one.feature, one.user, one.duration_s))


def _filled(names: object) -> tuple[str, ...]:
    return tuple(str(name) for name in names if name)  # type: ignore[attr-defined]


def gsid(row: Row) -> str:
    """Return which row this is."""
    return str(plain(row[GSID]))


def modified(row: Row) -> str:
    """Return which state of a row this is."""
    return _sortable(row.get(MODIFIED)) or made(row)


def made(row: Row) -> str:
    """Return when a row was made."""
    return _sortable(row.get(CREATED))


def _sortable(value: object) -> str:
    moment = instant(value)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
