"""What did a run do, source by source and step by step? One page for the Prefect UI says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tasks.calendar import zone_named
from tasks.errors import KeepwellError
from tasks.facts.folding import Folded
from tasks.messages.outside import SENTENCE_LIMIT, clean, markdown_text
from tasks.model import DataNote
from tasks.store import StreamRun

MOST_NOTES = 30
CURSOR_LIMIT = 28
QUICK_S = 0.05  # steps that are over before are counted, not listed


@dataclass(frozen=True, slots=True)
class SourceDone:
    """What a run did to one source; ``streams`` are what an API was asked for."""

    name: str
    read: int
    loaded: int
    quarantined: int
    watermark: datetime | None
    seconds: float | None = None
    streams: tuple[StreamRun, ...] = ()
    problems: tuple[KeepwellError, ...] = ()
    notes: tuple[DataNote, ...] = ()

    @property
    def requests(self) -> int:
        """How many pages it was asked for."""
        return sum(one.pages for one in self.streams)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says; ``links`` are where else to look, by what is found there."""

    title: str
    ended: str
    timezone: str
    seconds: float
    sources: tuple[SourceDone, ...] = ()
    steps: tuple[tuple[str, float], ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


def source_done(
    load: Folded, steps: Iterable[tuple[str, float]] = (), streams: Iterable[StreamRun] = ()
) -> SourceDone:
    """Return what became of one source; ``steps`` tell how long its steps took."""
    totals = load.totals
    mine = [took for name, took in steps if name in {f"read {load.source}", f"load {load.source}"}]
    return SourceDone(
        name=load.source,
        read=sum(one.read for one in totals),
        loaded=sum(one.loaded for one in totals),
        quarantined=sum(one.quarantined for one in totals),
        watermark=load.watermark,
        seconds=sum(mine) if mine else None,
        streams=tuple(streams),
        problems=load.problems,
        notes=load.notes,
    )


def as_markdown(report: Report) -> str:
    """Return the page: how it ended, where to look, the sources, their data, the steps."""
    parts = (
        [f"# {_safe(report.title)}", "", f"{_safe(report.ended)} It took {_took(report.seconds)}."],
        _links(report.links),
        _sources(report),
        _streams(report),
        _notes(report.sources),
        _steps(report.steps),
    )
    return "\n".join(line for part in parts for line in (*part, "")).rstrip() + "\n"


def _links(links: Mapping[str, str]) -> Iterator[str]:
    if links:
        yield "See " + " · ".join(f"[{name}]({where})" for name, where in links.items())


def _sources(report: Report) -> Iterator[str]:
    yield "## Sources"
    yield ""
    if not report.sources:
        yield "None had anything new."
        return
    yield "| source | rows read | loaded | quarantined | requests | took | data until |"
    yield "|:---|---:|---:|---:|---:|---:|:---|"
    for one in report.sources:
        numbers = " | ".join(f"{each:,}" for each in (one.read, one.loaded, one.quarantined))
        took = "" if one.seconds is None else _took(one.seconds)
        until = _moment(one.watermark, report.timezone)
        requests = f"{one.requests:,}" if one.streams else ""
        yield f"| {_safe(one.name)} | {numbers} | {requests} | {took} | {until} |"


def _streams(report: Report) -> Iterator[str]:
    """Yield what each stream of an API was asked for, from where to where."""
    listed = [(one.name, stream) for one in report.sources for stream in one.streams]
    if not listed:
        return
    yield "## Requests and cursors"
    yield ""
    yield "| stream | requests | rows | new | changed | deleted | cursor before | cursor now |"
    yield "|:---|---:|---:|---:|---:|---:|:---|:---|"
    for source, one in listed:
        counts = (one.pages, one.rows, one.new, one.changed, one.deleted)
        numbers = " | ".join(f"{each:,}" for each in counts)
        ends = " | ".join(_cursor(each) for each in (one.cursor_in, one.cursor_out))
        yield f"| {_safe(f'{source} {one.stream}')} | {numbers} | {ends} |"


def _cursor(cursor: str | None) -> str:
    return f"`{clean(cursor, CURSOR_LIMIT).replace('`', '').replace('|', '/')}`" if cursor else ""


def _notes(sources: Sequence[SourceDone]) -> Iterator[str]:
    told = [f"**{_safe(str(problem))}**" for one in sources for problem in one.problems]
    told += [_safe(note.text) for one in sources for note in one.notes]
    if not told:
        return
    yield "## What is to be known of the data"
    yield ""
    yield from (f"* {one}" for one in told[:MOST_NOTES])
    if len(told) > MOST_NOTES:
        yield f"* and {len(told) - MOST_NOTES} more: `keepwell status`"


def _steps(steps: Sequence[tuple[str, float]]) -> Iterator[str]:
    if not steps:
        return
    yield "## Steps"
    yield ""
    yield "| step | took |"
    yield "|:---|---:|"
    long = [(name, took) for name, took in steps if took >= QUICK_S]
    yield from (f"| {_safe(name)} | {_took(took)} |" for name, took in long)
    rest = len(steps) - len(long)
    if rest:
        yield f"| {rest} {'step' if rest == 1 else 'steps'} of no time | |"


def _took(seconds: float) -> str:
    """Return ``0.4 s``, ``12 s`` or ``3 min 20 s``."""
    if seconds < 10:  # noqa: PLR2004 - from there on tenths say nothing
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _moment(at: datetime | None, timezone: str) -> str:
    return f"{at.astimezone(zone_named(timezone)):%Y-%m-%d %H:%M}" if at else ""


def _safe(text: str) -> str:
    return markdown_text(clean(text, SENTENCE_LIMIT))
