"""What must be true before any test imports Prefect or Matplotlib: quiet, offline, at home."""

from __future__ import annotations

import os
import tempfile

import pytest

from tasks.masking import forget_secrets

HOME = tempfile.mkdtemp(prefix="keepwell-tests-")

# Set here and not in a fixture: Prefect reads its settings when it is imported.
os.environ.update(
    {
        "PREFECT_HOME": HOME,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "MPLBACKEND": "agg",
    }
)


@pytest.fixture(autouse=True)
def _no_secrets_of_another_test():
    """What one test calls a password may be a word of another."""
    yield
    forget_secrets()
