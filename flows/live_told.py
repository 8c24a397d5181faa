"""What did the vendors do to us, and what came of it? In words, for the end of `demo --live`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill
from typing import TYPE_CHECKING

from flows.figures import text_table
from tasks.kpis.base import kpi_named
from tasks.messages.figures import Figures
from tasks.store import runs_of

if TYPE_CHECKING:
    from flows.live import Live
    from flows.live_compared import Kept, Pair
    from flows.live_vendors import Deeds
    from tasks.model import Observation
    from tasks.store import Store

PARTS = "binomial"  # the family of KPIs that are so many of so many
WIDTH = 100
SHOWN = 4  # kinds of rows, the largest, in one line
FIGURES = Figures("en_US", "USD")
FAITHFUL = "Nothing was lost, and every figure is the same or differs for the reason given."
UNFAITHFUL = "Something was lost or differs for no known reason: please report it."


def reading(store: Store, source: str, deeds: Deeds) -> str:
    """Return ``HubSpot: 2,035 deals, 833 companies; waited 3 s for its limit``."""
    read = {run.stream: run.new for run in reversed(runs_of(store, source))}
    largest = sorted(read.items(), key=lambda one: -one[1])[:SHOWN]
    rows = ", ".join(f"{count:,} {_kind(name)}" for name, count in largest)
    waited = f"; waited {deeds.waited_s:,.0f} s for its limit" if deeds.throttled else ""
    return f"{source}: {rows}{waited}"


def told(live: Live) -> str:
    """Return the vendors' deeds, the rows and the figures, and whether all is well."""
    parts = [
        "What the vendors did to us, with the limits of real plans, on clocks that are faster:",
        *(_wrapped(f"{name}: {_deeds(deeds)}.") for name, deeds in live.deeds.items()),
        "",
        "What became of their rows:",
        _indented(_rows(live.kept)),
        "",
        "The same week from the files alone, and through the vendors:",
        _indented(_figures(live.pairs)),
        "",
        *(f"Not read: {problem}" for problem in live.problems),
        FAITHFUL if live.holds else UNFAITHFUL,
    ]
    return "\n".join(parts)


def _deeds(deeds: Deeds) -> str:
    done = (
        (deeds.throttled, f"refused as too fast (429; {deeds.waited_s:,.1f} s lost by that)"),
        (deeds.expired, "refused for a token that had just run out (401)"),
        (deeds.failed, "met it while it was down (502, 503)"),
        (deeds.cut, "answered with half an answer"),
        (deeds.web_page, "answered with a web page"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in done if count)
    twice = f"; {deeds.changed:,} rows changed meanwhile and came twice" if deeds.changed else ""
    return f"{deeds.requests:,} requests, of which {said or 'none went wrong'}{twice}"


def _rows(kept: Iterable[Kept]) -> str:
    head = ["vendor", "rows", "has", "landed", "in the lake"]
    cells = [
        [
            one.sort.source,
            ", ".join(map(_kind, one.sort.kinds)),
            f"{one.held:,}",
            f"{one.landed:,}",
            _in_lake(one),
        ]
        for one in kept
    ]
    return text_table(head, cells, right=("has", "landed"))


def _in_lake(one: Kept) -> str:
    """Return ``838 customers (5 of them merged into others)``; nothing for what explains others."""
    tables = zip(one.loaded, one.sort.tables, strict=True)
    found = ", ".join(f"{count:,} {_kind(table)}" for count, table in tables)
    more = sum(one.loaded) + one.quarantined - one.held if one.sort.one_to_one else 0
    beside = (
        (one.quarantined, "in quarantine"),
        (max(0, more), "of them merged into others"),
    )
    words = "; ".join(f"{count:,} {what}" for count, what in beside if count)
    return f"{found} ({words})" if words else found


def _figures(pairs: Iterable[Pair]) -> str:
    cells = [
        [kpi_named(one.files.kpi).name, _figure(one.files), _figure(one.vendors), _verdict(one)]
        for one in pairs
    ]
    return text_table(["", "files", "vendors", ""], cells, right=("files", "vendors"))


def _figure(one: Observation) -> str:
    if one.value is None:
        return "-"
    of = f" {one.numerator} of {one.denominator}" if kpi_named(one.kpi).family == PARTS else ""
    return f"{FIGURES.value(one.value, one.unit)}{of}"


def _verdict(pair: Pair) -> str:
    if pair.is_same:
        return "the same"
    return pair.why or "DIFFERS, and should not"


def _kind(name: str) -> str:
    return name.replace("_", " ")


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _indented(text: str) -> str:
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    return (f"  {line}".rstrip() for line in text.splitlines())
