"""Does it work with real vendors? The sample company again, through a HubSpot and a Zendesk.

Both are pretended, by a program of their own, and behave as badly as vendors do. The same company
is also measured from its files, and the two results are held side by side.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.history import variant_of
from flows.live_compared import Kept, Pair, kept, pairs
from flows.live_config import live_configuration
from flows.live_told import reading
from flows.live_vendors import Deeds, Vendors, open_vendors
from flows.measure import How, compute_only
from flows.showcase import Shown, show_with
from flows.steps import by_hand
from flows.sync import bring_in
from flows.workspace import opened
from tasks.config import scorecard
from tasks.errors import KeepwellError
from tasks.facts.folding import Folded
from tasks.messages.render import Draw
from tasks.model import ALL, Observation
from tasks.sample import Company

if TYPE_CHECKING:
    from flows.steps import Steps

Doing = Callable[[str], None]
ALSO = ("ticket_volume",)
FOLDER = "live"  # inside the sample company's own


@dataclass(frozen=True, slots=True)
class Live:
    """The digest of the company at its vendors, what those did, and what came of it."""

    shown: Shown
    deeds: dict[str, Deeds]
    kept: tuple[Kept, ...]
    pairs: tuple[Pair, ...]
    problems: tuple[KeepwellError, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, and every figure is the same or differs for a known reason."""
        whole = all(one.is_whole for one in self.kept)
        return whole and all(one.is_fine for one in self.pairs) and not self.problems


def show_live(
    company: Company, checkout: Path, doing: Doing, draw: Draw, *more: str, say: Doing | None = None
) -> Live:
    """Run the company through vendors from ``checkout``; ``more`` goes to their program.

    ``say`` is told what was read of each vendor, where that is to stay in sight.
    """
    doing("open a pretended HubSpot and a pretended Zendesk")
    with open_vendors(checkout, company.folder, company.now, *more) as vendors:
        at_vendors = _moved(company, vendors)
        problems: list[KeepwellError] = []
        steps = _telling(by_hand(doing, draw), vendors, say or doing, problems)
        shown = show_with(steps, at_vendors)
        deeds = vendors.deeds()
    doing("measure the same company from its files, too")
    bring_in_files(company)
    with opened(at_vendors.configuration, os.environ) as workspace:
        rows = kept(workspace, vendors.holds, company.now)
    figures = pairs(last_week(company), last_week(at_vendors))
    return Live(shown, deeds, rows, figures, tuple(problems))


def _moved(company: Company, vendors: Vendors) -> Company:
    """Return the company in a folder of its own, configured to be read from ``vendors``."""
    folder = company.folder / FOLDER
    folder.mkdir(exist_ok=True)
    configuration = folder / company.configuration.name
    configuration.write_text(live_configuration(vendors), encoding="utf-8")
    return replace(company, folder=folder, configuration=configuration)


def _telling(steps: Steps, vendors: Vendors, say: Doing, problems: list[KeepwellError]) -> Steps:
    """Return the steps, of which reading a vendor also tells what was read and how it went.

    What could not be read is added to ``problems``.
    """

    def extract(*given: Any, **more: Any) -> Folded:  # noqa: ANN401 - whatever the step is given
        folded = steps.extract(*given, **more)
        problems.extend(folded.problems)
        source, store = given[0], given[-1]
        if deeds := vendors.deeds().get(source.name):
            say(reading(store, source.name, deeds))
        return folded

    return replace(steps, extract=extract)


def bring_in_files(company: Company) -> None:
    """Bring the files of the company into its own lake, which no vendor's rows are in."""
    with opened(company.configuration, os.environ) as workspace:
        bring_in(by_hand(), workspace, now=company.now)


def last_week(company: Company) -> dict[str, Observation]:
    """Return the figures of the company's last week by KPI: the scorecard's, and ticket volume."""
    with opened(company.configuration, os.environ) as workspace:
        settings = workspace.settings
        keys = (*scorecard(settings), *ALSO)
        period, how = settings.calendar.period(company.last_week), How(kpis=keys)
        measured = compute_only(by_hand(), workspace, [period], now=company.now, how=how)
    found = {
        one.kpi: one
        for one in measured.observations
        if one.segment_dimension == ALL and one.variant == variant_of(settings, one.kpi)
    }
    return {key: found[key] for key in keys if key in found}
