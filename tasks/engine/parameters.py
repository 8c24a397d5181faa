"""Which features, themes and cohorts are there: the values of parameters that the data hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tasks.engine.base import Session
from tasks.kpis.base import Found, Kpi

MOST = 60  # five years of cohorts; a thousand features in a digest would tell nobody anything


def enumerated(session: Session, kpis: Iterable[Kpi], settings: Mapping[str, Any]) -> Found:
    """Return the values of every parameter that looks them up, those that matter most first."""
    looked_up = [parameter for kpi in kpis for parameter in kpi.parameters if parameter.found]
    return {
        parameter: tuple(
            str(row[0])
            for row in session.rows(parameter.found(), settings)[:MOST]
            if row[0] is not None
        )
        for parameter in looked_up
        if parameter.found
    }
