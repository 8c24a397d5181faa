"""One server for everything that is looked at in Prefect's UI."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.stage import Stage, staged


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as one:
        one.serve()
        yield one
