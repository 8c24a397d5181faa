"""What may be typed into a run form: types with bounds, so that Prefect refuses the rest at once.

Prefect shows what the ``Args`` of a flow's docstring say below each field, and drops what a
``Field`` describes; so words stand there, and here only what a value may be.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

CONFIG = "keepwell.yaml"
ConfigFile = Annotated[str, Field(min_length=1, max_length=4096)]
# as Calendar.period reads them, which knows more: that 2026-13 is no month, whether it has begun
PeriodKey = Annotated[
    str, Field(pattern=r"^\d{4}(-(W\d{2}|Q[1-4]|\d{2}(-\d{2})?))?$", examples=["2026-W47"])
]
Moment = Annotated[datetime, Field(examples=["2026-11-23T08:00:00+00:00"])]
Days = Annotated[int, Field(ge=1, le=3650)]
