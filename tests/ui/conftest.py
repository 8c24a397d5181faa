"""A server for each file of tests: what one leaves behind is nothing the other looks at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.stage import Stage, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as one:
        one.serve()
        yield one
