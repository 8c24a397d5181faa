"""A sample company with a story, made up from a seed: so that a digest shows something at once."""

from __future__ import annotations

from tasks.sample.company import Company, write_company

__all__ = ["Company", "write_company"]
