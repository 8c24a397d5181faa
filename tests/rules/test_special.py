"""Scipy is loaded when the first chance is worked out, and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tasks.rules import special

LOADED = "import sys, tasks.rules; print([name for name in sys.modules if 'scipy' in name])"


def test_importing_the_rules_does_not_load_scipy():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_function_is_looked_up_once():
    first = special.gammaln
    assert special.gammaln is first
    assert first(5) == pytest.approx(3.1780538303)  # log 24


def test_there_are_no_other_functions():
    with pytest.raises(AttributeError, match="zeta"):
        _ = special.zeta
