"""Runs that mostly wait are begun all at once; each test then looks at how its own went."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.cells import prepare

AT_ONCE = 10


@dataclass(frozen=True)
class Begun:
    """``does(*with_these)``, to be begun ahead."""

    does: Callable[..., Any]
    with_these: tuple[Any, ...]


def begun(does: Callable[..., Any], *each: tuple[Any, ...], ids: Any = None):
    """Give a test ``went`` for each: how ``does`` went with these arguments."""
    cases = [Begun(does, one) for one in each]
    named = ids or [", ".join(map(str, one)) for one in each]
    return pytest.mark.parametrize("went", cases, ids=named, indirect=True)


def pytest_collection_modifyitems(items):
    for item in items:
        if "went" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("faults"))  # one worker begins them, once


@pytest.fixture(scope="session")
def _ahead(request):
    prepare()
    wanted = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    cases = [params["went"] for params in wanted if isinstance(params.get("went"), Begun)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {case: pool.submit(case.does, *case.with_these) for case in cases}


@pytest.fixture
def went(request, _ahead):
    return _ahead[request.param].result()
