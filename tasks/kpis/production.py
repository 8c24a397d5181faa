"""Production: how much of what was made was defective?"""

from __future__ import annotations

from functools import partial

from tasks.facts.operations import production
from tasks.facts.panel import events
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, ratio
from tasks.model import Direction, Family

_MILLION = 1_000_000
_lots = events(  # a lot of nothing has no share
    "lots", production, at=production.c.produced_on, where=production.c.units_produced > 0
)
_produced = amount(_lots, _lots.c.units_produced)
_defective = amount(_lots, _lots.c.units_defective)
_bad_share = partial(
    kpi,
    good=Direction.DOWN,
    family=Family.BINOMIAL,
    section="Operations",
    of="units",
    alarm="More of it is defective",
)
DEFECT_RATE = _bad_share(
    "defect_rate",
    "Defective units",
    unit="ratio",
    value=ratio(_defective, _produced, is_headcount=True),
    definition="Defective units over units made, in the lots of the period; a lot of no units is "
    "left out.",
    bad="More is defective than was agreed, or more than before.",
    action="Compare the lots: which machine, shift or material the bad ones share.",
    counted="units defective",
)
DEFECT_PPM = _bad_share(
    "defect_ppm",
    "Defective units in a million",
    unit="ppm",
    value=ratio(_MILLION * _defective, _produced, is_headcount=True),
    definition="Defective units for each million units made, in the lots of the period; a lot of "
    "no units is left out.",
    bad="More is defective than was agreed, or more than before.",
    action="Compare the lots: which machine, shift or material the bad ones share.",
    counted="defective in a million",
)
