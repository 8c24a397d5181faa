"""How does Keepwell show what it does? With a sample company, from its exports to its digest."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.due import audiences_of
from flows.letters import recipients
from flows.plan import TOLD, Scope
from flows.steps import Opine, Steps, by_hand
from flows.sync import bring_in
from flows.twice import catch_up_twice
from flows.workspace import opened
from flows.writing import write
from tasks.messages.render import Draw
from tasks.model import Grain
from tasks.sample import Company

OF_INTEREST = (".html", ".eml", ".slack.json", ".md", ".txt", ".png")


@dataclass(frozen=True, slots=True)
class Shown:
    """The digest as text, and where its other formats and the company are."""

    text: str
    files: tuple[Path, ...]
    folder: Path
    configuration: Path


def show(
    company: Company, doing: Callable[[str], None], draw: Draw, opine: Opine | None = None
) -> Shown:
    """Run the sample company to its digest, and return what that says."""
    return show_with(by_hand(doing, draw, opine), company)


def show_with(steps: Steps, company: Company) -> Shown:
    """Run the sample company to its digest by these steps, and return what that says."""
    with opened(company.configuration, os.environ) as workspace:
        settings = workspace.settings
        bring_in(steps, workspace, now=company.now)
        period = settings.calendar.period(company.last_week)
        catch_up_twice(steps, workspace, period, now=company.now, scope=Scope(TOLD))
        message = write(steps, workspace, period, now=company.now).message
        to = recipients(audiences_of(settings, Grain.WEEK))
        receipts = [steps.hand_over(settings, message, one, company.now) for one in to]
    pages = [Path(receipt.id) for receipt in receipts]
    files = [one for page in pages for one in sorted(page.parent.glob(f"{page.stem}*"))]
    return Shown(message.text, tuple(files), company.folder, company.configuration)
