"""Which KPIs have a calculation in pandas? Those that ``@pandas_kpi`` was put above.

With a key alone it is a second opinion on a KPI there is. With a name and the rest it is a KPI of
one's own, which is computed this way only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tasks.kpis.base import kpi
from tasks.kpis.value import Components, Measure, Samples
from tasks.model import Direction, Family

if TYPE_CHECKING:
    from tasks.engine.opinion.company import Company
    from tasks.engine.opinion.figures import Figure

    Calculation = Callable[[Company], Figure]

F = TypeVar("F", bound=Callable[..., Any])
OPINIONS: dict[tuple[str, str], Calculation] = {}  # by KPI and variant


@dataclass(frozen=True, eq=False)
class ByPandas:
    """The value of a KPI of one's own: no measures, a calculation instead.

    ``tables`` are the canonical tables without which it cannot be done.
    """

    calculate: Calculation
    tables: frozenset[str] = frozenset()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """No measures: the compiler has nothing to do with it."""
        return ()

    def components(self, samples: Samples) -> Components:
        """Return nothing: there are no samples to put it together from."""
        del samples
        return Components()


def pandas_kpi(key: str, *, variant: str = "default", **own: Any) -> Callable[[F], F]:  # noqa: ANN401
    """Return a decorator for what computes a KPI: from a ``Company`` to a ``Sum``, ``Share``, ...

    ``own`` makes it a KPI of its own: ``name``, ``unit``, ``good``, ``section``, ``definition`` and
    ``action``, perhaps ``family``, ``tables`` and whatever else a ``Kpi`` has.
    """

    def registered(function: F) -> F:
        if own:
            _new(key, variant, function, **own)
        else:
            OPINIONS[key, variant] = function
        return function

    return registered


def _new(
    key: str,
    variant: str,
    function: Calculation,
    *,
    good: str = "up",
    family: str = "sum_heavy",
    section: str = "Value",
    tables: Sequence[str] = (),
    bad: str = "It misses its goal, or moves the wrong way for several periods.",
    **more: Any,  # noqa: ANN401 - passed on to Kpi, which types them
) -> None:
    kpi(
        key,
        good=Direction(good),
        family=Family(family),
        section=section,
        bad=bad,
        value=ByPandas(function, frozenset(tables)),
        default=variant,
        **more,
    )
