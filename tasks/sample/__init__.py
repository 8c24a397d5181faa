"""A sample company with a story, made up from a seed: so that a digest shows something at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.sample.written import Company

if TYPE_CHECKING:
    from tasks.sample.company import write_company

CONFIGURATION = Path(__file__).with_name("keepwell.yaml")

__all__ = ["CONFIGURATION", "Company", "write_company"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whichever was asked for
    """Import the generator when it is wanted: with numpy and Arrow it takes a second."""
    if name not in __all__:
        raise AttributeError(name)
    from tasks.sample import company  # noqa: PLC0415 - see above

    return getattr(company, name)
