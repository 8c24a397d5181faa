"""`keepwell init`: write a first keepwell.yaml."""

from __future__ import annotations


def run() -> None:
    """Write a commented keepwell.yaml."""
