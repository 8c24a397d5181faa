"""What is said of periods, segments and knowledge holds on every engine."""

from __future__ import annotations

from tests.engines import on_each_engine  # noqa: F401 - a fixture
