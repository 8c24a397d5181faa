"""How KPIs become numbers: compile them to statements, run those, read the components."""

from __future__ import annotations

from tasks.engine import engines as engines
