"""Names that must exist: of KPIs, rules, engines, channels, dimensions, zones and currencies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ValidationError, ValidationInfo

from tasks.calendar import zone_named
from tasks.config.context import context_of
from tasks.config.wording import meant, mistaken, wrong
from tasks.errors import KeepwellError

DIMENSIONS = (
    "segment",
    "plan",
    "region",
    "owner",
    "industry",
    "country",
    "acquired_via",
    "tenure_band",
)
LIST_KPIS = "run 'keepwell kpis' to see them all."


def known(kind: str, name: str, names: Iterable[str], otherwise: str = "") -> str:
    """Return ``name`` if it is one of ``names``; else raise with what was probably meant."""
    choice = tuple(names)
    if name in choice:
        return name
    raise wrong(f"unknown {kind} '{name}';", meant(name, choice, otherwise))


def _kpi(name: str, info: ValidationInfo) -> str:
    return known("KPI", name, context_of(info).catalogues.kpis.keys(), LIST_KPIS)


def _rule(name: str, info: ValidationInfo) -> str:
    return known("rule", name, context_of(info).catalogues.rules.keys())


def _engine(name: str, info: ValidationInfo) -> str:
    return known("engine", name, context_of(info).catalogues.engines.keys())


def _recipient(written: str, info: ValidationInfo) -> str:
    channel, colon, address = written.partition(":")
    if not colon or not address.strip():
        raise wrong(
            f"'{written}' is not a recipient.", 'Write channel:address, such as "slack:#weekly".'
        )
    context = context_of(info)
    known("channel", channel, context.catalogues.channels.keys())
    entry = context.catalogues.channels.get(channel)
    if channel not in context.channels and _needs_settings(entry.settings, info):
        raise wrong(f"channel '{channel}' is not configured;", f"add channels.{channel}.")
    if mistake := entry.mistake_in(address.strip()):
        raise wrong(mistake)
    return f"{channel}:{entry.spelled(address.strip())}"


def _needs_settings(model: type[BaseModel], info: ValidationInfo) -> bool:
    try:
        model.model_validate({}, context=info.context)
    except ValidationError:
        return True
    return False


def _segment(written: str) -> str:
    for dimension in written.split("/"):
        known("segment dimension", dimension, DIMENSIONS)
    return written


def _dimension(written: str, info: ValidationInfo) -> str:
    segments = context_of(info).segments
    if written not in segments:
        known("segment dimension", written, (*DIMENSIONS, *segments))
        raise wrong(f"the KPIs are not split by '{written}'.", f"Add {written} to segments.")
    return written


def _zone(name: str) -> str:
    try:
        zone_named(name)
    except KeepwellError as error:
        raise mistaken(error) from error
    return name


def _currency(code: str) -> str:
    from babel.numbers import list_currencies  # noqa: PLC0415  # only a load needs it

    if code.upper() not in list_currencies():
        raise wrong(f"unknown currency '{code}';", "use an ISO code such as USD.")
    return code.upper()


def _locale(name: str) -> str:
    from babel.localedata import locale_identifiers  # noqa: PLC0415  # only a load needs it

    return known("locale", name.replace("-", "_"), locale_identifiers(), "use one such as en_US.")


KpiName = Annotated[str, AfterValidator(_kpi)]
RuleName = Annotated[str, AfterValidator(_rule)]
EngineName = Annotated[str, AfterValidator(_engine)]
Dimension = Annotated[str, AfterValidator(_dimension)]  # one the file has introduced
Recipient = Annotated[str, AfterValidator(_recipient)]
SegmentName = Annotated[str, AfterValidator(_segment)]  # one the file introduces
Zone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, AfterValidator(_currency)]
Locale = Annotated[str, AfterValidator(_locale)]
