"""How do runs that mostly wait take a few seconds together? They are all begun at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from tests.faults.cells import prepare

Gone = TypeVar("Gone")


def went(
    does: Callable[..., Gone], asked: Iterable[tuple[Any, ...]], *, at_once: int = 8
) -> Mapping[tuple[Any, ...], Gone]:
    """Return how ``does`` went with each of the arguments ``asked``; what it raises is raised."""
    each = list(asked)
    prepare()
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(each, pool.map(lambda one: does(*one), each), strict=True))


def wrongs(found: Mapping[tuple[Any, ...], Any]) -> Mapping[tuple[Any, ...], Any]:
    """Return what is wrong, by what was asked; empty when nothing is."""
    return {asked: one.wrongs for asked, one in found.items() if one.wrongs}
