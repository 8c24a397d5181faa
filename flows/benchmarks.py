"""What does the user see a KPI beside? Values of their own, with where each comes from."""

from __future__ import annotations

from flows.figures import exact
from flows.history import variant_of
from tasks.config import BenchmarkSettings, Settings
from tasks.kpis.base import Kpi, kpi_named
from tasks.messages.figures import Figures
from tasks.messages.inputs import Benchmark
from tasks.messages.outside import clean
from tasks.model import Grain


def benchmarks_at(settings: Settings, grain: Grain) -> tuple[Benchmark, ...]:
    """Return the benchmarks for periods of ``grain``."""
    return tuple(
        Benchmark(one.kpi, _variant(settings, one), one.value, one.source)
        for one in settings.benchmarks
        if one.grain is grain
    )


def benchmarks_in_words(settings: Settings, kpi: Kpi) -> tuple[str, ...]:
    """Return the benchmarks of ``kpi``: ``102 % a quarter, Board deck 2025``."""
    figures = Figures(settings.company.locale, settings.company.currency)
    return tuple(
        f"{figures.value(one.value, _unit(settings, kpi, one))} a {one.grain}, {clean(one.source)}"
        for one in settings.benchmarks
        if one.kpi == kpi.key
    )


def benchmark_records(settings: Settings) -> dict[str, list[dict[str, str]]]:
    """Return the benchmarks by KPI, for JSON; numbers are text, as everywhere in it."""
    found: dict[str, list[dict[str, str]]] = {}
    for one in settings.benchmarks:
        record = {
            "variant": _variant(settings, one),
            "grain": str(one.grain),
            "value": exact(one.value),
            "unit": _unit(settings, kpi_named(one.kpi), one),
            "source": one.source,
        }
        found.setdefault(one.kpi, []).append(record)
    return found


def _unit(settings: Settings, kpi: Kpi, one: BenchmarkSettings) -> str:
    return kpi.unit_of(_variant(settings, one), settings.company.currency)


def _variant(settings: Settings, one: BenchmarkSettings) -> str:
    return one.variant or variant_of(settings, one.kpi)
