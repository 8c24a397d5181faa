"""How fast may we ask? As fast as the vendor lets this credential, and never a call faster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Budget:
    """What a vendor's headers say is left, and in how many seconds it is full again."""

    remaining: int
    resets_in_s: float
    limit: str = ""  # which of the vendor's limits they speak of
