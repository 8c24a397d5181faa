"""The steps a flow is given: Prefect tasks with retries and names, or the same functions by hand.

A flow body never knows which. By hand nothing of Prefect runs: each step is the plain function
below its task. On Prefect each call is a task run with a name that a person can read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from prefect import Task, get_run_logger
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from tasks.assess import assess
from tasks.compute import about, behind, compute, opine
from tasks.config import Settings
from tasks.deliver import deliver, hand_over
from tasks.engine.basis import Basis
from tasks.engine.current import Facts
from tasks.engine.measure import Measured, Request
from tasks.engine.members import Question
from tasks.engine.topics import Topic
from tasks.extract import extract
from tasks.facts.folding import Folded
from tasks.masking import WithoutSecrets
from tasks.messages.drawing import draw
from tasks.messages.render import Draw
from tasks.model import Member, Message, Observation, Period, Receipt
from tasks.outbox.delivering import Batch, Delivered
from tasks.record import record_load, record_values
from tasks.render import alert_message, digest_message, ops_message, recovery_message
from tasks.rules.base import Assessment
from tasks.store import Recorded, Store

if TYPE_CHECKING:
    from tasks.engine.opinion.opine import Opinion

P = ParamSpec("P")
R = TypeVar("R")


Opine = Callable[[Facts, Basis, Request], Callable[[], "Opinion | None"]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What a flow body may do; the task of the same name says what each takes and returns."""

    extract: Callable[..., Folded]
    record_load: Callable[[Store, Settings, Folded, str, datetime], None]
    compute: Callable[[Facts, Basis, Request], Measured]
    opine: Opine
    record_values: Callable[[Store, Iterable[Observation], datetime], Recorded]
    assess: Callable[..., Assessment]
    behind: Callable[[Facts, Basis, Sequence[Question], datetime], tuple[tuple[Member, ...], ...]]
    about: Callable[[Facts, Basis, Sequence[Question], datetime], tuple[tuple[Topic, ...], ...]]
    digest_message: Callable[..., Message]
    alert_message: Callable[..., Message]
    recovery_message: Callable[..., Message]
    ops_message: Callable[..., Message]
    deliver: Callable[[Store, Settings, Batch, bool], Delivered]
    hand_over: Callable[[Settings, Message, str, datetime], Receipt]


class As(Protocol):
    """Makes a step of a task: what a flow calls, and what people are told it does."""

    def __call__(self, verb: Task[P, R], named: Callable[..., str], /) -> Callable[P, R]:
        """Return the step."""
        ...


def by_hand(
    show: Callable[[str], None] = lambda _doing: None,
    draw: Draw = draw,
    opine: Opine | None = None,
) -> Steps:
    """Return the steps as plain functions: no server, no retries, errors as they are raised.

    ``show`` is told what is being done, also within a step that takes long; ``draw`` makes charts
    pictures; ``opine`` begins the second calculation, where another process can do that.
    """

    def plain(verb: Task[P, R], named: Callable[..., str], /) -> Callable[P, R]:
        def step(*given: P.args, **more: P.kwargs) -> R:
            show(named(*given))
            return verb.fn(*given, **more)

        return step

    steps = _made(plain)
    extract = partial(steps.extract, show=show)
    return drawn_by(draw, replace(steps, extract=extract, opine=opine or steps.opine))


def on_prefect(
    *,
    began: Callable[[str], None] = lambda _doing: None,
    took: Callable[[str, float], None] = lambda _step, _seconds: None,
    draw: Draw = draw,
) -> Steps:
    """Return the steps as named task runs; only to be used inside a flow run.

    ``began`` is told what is being done, also within a step that takes long, and ``took`` how many
    seconds each step took, also one that failed; ``draw`` makes charts pictures.
    """

    def say(doing: str) -> None:
        get_run_logger().info(doing)
        began(doing)

    def run(verb: Task[P, R], named: Callable[..., str], /) -> Callable[P, R]:
        def step(*given: P.args, **more: P.kwargs) -> R:
            # Prefect looks into every argument for results of other tasks, and hashes them all for
            # its cache. With 50,000 observations that takes longer than computing them, and there
            # is nothing to find: quote() and NO_CACHE leave them alone.
            name = named(*given)
            task: Task[..., R] = verb.with_options(task_run_name=name, cache_policy=NO_CACHE)
            task.fn = WithoutSecrets()(task.fn)  # the server keeps what any error says
            began(name)
            with _timed(name, took):
                return task(*map(quote, given), **more)

        return step

    steps = _made(run)
    return drawn_by(draw, replace(steps, extract=partial(steps.extract, show=say)))


@contextmanager
def _timed(name: str, took: Callable[[str, float], None]) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        took(name, time.monotonic() - began)


def drawn_by(draw: Draw, steps: Steps) -> Steps:
    """Return the steps with ``draw`` making the charts of their messages pictures."""
    return replace(
        steps,
        digest_message=partial(steps.digest_message, draw=draw),
        alert_message=partial(steps.alert_message, draw=draw),
        recovery_message=partial(steps.recovery_message, draw=draw),
    )


def _made(step: As) -> Steps:
    return Steps(
        extract=step(extract, lambda source, *_: f"read {source.name}"),
        record_load=step(record_load, lambda _store, _settings, load, *_: f"load {load.source}"),
        compute=step(compute, lambda _facts, _basis, asked: computing(asked.periods)),
        opine=_later(step(opine, lambda *_: "compute it a second time")),
        record_values=step(record_values, lambda *_: "record the values"),
        assess=step(assess, lambda _settings, period, *_: f"assess {period}"),
        behind=step(behind, lambda *_: "find who is behind it"),
        about=step(about, lambda *_: "find what it was about"),
        digest_message=step(digest_message, lambda inputs: writing(inputs.period, inputs.whose)),
        alert_message=step(alert_message, lambda inputs: f"write about {inputs.alert.kpi}"),
        recovery_message=step(
            recovery_message, lambda inputs: f"write the end of {inputs.kpi.key}"
        ),
        ops_message=step(ops_message, lambda *_: "write to the operators"),
        deliver=step(deliver, lambda _store, _settings, batch, *_: f"deliver {batch}"),
        hand_over=step(hand_over, lambda _settings, _message, to, _now: f"write {to}"),
    )


def _later(
    step: Callable[[Facts, Basis, Request], Opinion | None],
) -> Opine:
    """Return what begins a step and returns what waits for it: here, what does it then."""
    return lambda *given: partial(step, *given)


def computing(periods: Sequence[Period]) -> str:
    """Return ``compute 2026-W01 to 2026-W24``, or of the one period there is."""
    if not periods:
        return "see what can be computed"
    first, last = str(periods[0]), str(periods[-1])
    return f"compute {first}" if first == last else f"compute {first} to {last}"


def writing(period: Period, whose: str) -> str:
    """Return ``write the digest of 2026-W47``, and of whose customers, where it is a part."""
    return f"write the digest of {period}" + (f", {whose}" if whose else "")
