"""The sample company on disk: its configuration and one folder of exports for each system."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from tasks.sample import CONFIGURATION, story
from tasks.sample.answers import desk_answers, nps_answers, survey_sends
from tasks.sample.contracts import contracts
from tasks.sample.crm import contacts, customer_versions, customers, owners, touches
from tasks.sample.desk import tickets
from tasks.sample.files import Export, write
from tasks.sample.lives import Life
from tasks.sample.money import invoices, licenses, payments, revenue_lines, subscription_versions
from tasks.sample.panel import Panel, panel
from tasks.sample.play import play
from tasks.sample.rates import costs, fx_rates
from tasks.sample.tickets import ticket_export
from tasks.sample.timeline import Timeline, timeline
from tasks.sample.usage import usage_events
from tasks.sample.written import Company


def write_company(folder: Path, *, seed: int = 7, until: datetime = story.NOW) -> Company:
    """Write the sample company of ``seed`` into ``folder``, told up to the instant ``until``.

    The same seed and instant give the same bytes. Other files in ``folder`` are left alone.
    """
    weeks = timeline(until)
    found = exports(weeks, seed)
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / CONFIGURATION.name
    shutil.copyfile(CONFIGURATION, configuration)
    return Company(
        name=story.COMPANY,
        folder=folder,
        configuration=configuration,
        seed=seed,
        now=until,
        first_day=weeks.weeks[0].first_day,
        last_week=weeks.last_week.key,
        rows={export.path.as_posix(): write(folder, export) for export in found},
    )


def exports(weeks: Timeline, seed: int) -> tuple[Export, ...]:
    """Return every table as the system that keeps it exports it."""
    lives = play(weeks, seed)
    people = panel(weeks, lives)
    return (
        *_crm(weeks, seed, lives, people),
        *_desk(seed, lives, people),
        *_billing(weeks, seed, lives),
        *_product(weeks, seed, lives, people),
    )


def _crm(weeks: Timeline, seed: int, lives: tuple[Life, ...], people: Panel) -> tuple[Export, ...]:
    return (
        customers(weeks, seed, lives),
        customer_versions(weeks, lives),
        owners(),
        contacts(weeks, seed, lives),
        touches(weeks, seed, people),
        contracts(weeks, seed, lives),
    )


def _desk(seed: int, lives: tuple[Life, ...], people: Panel) -> tuple[Export, ...]:
    asked = tickets(people, seed)
    return ticket_export(asked, seed, lives), desk_answers(asked, seed)


def _billing(weeks: Timeline, seed: int, lives: tuple[Life, ...]) -> tuple[Export, ...]:
    billed = invoices(weeks, lives)
    return (
        subscription_versions(weeks, lives),
        payments(weeks, seed, billed),
        revenue_lines(weeks, seed, billed),
        costs(weeks, seed),
        fx_rates(weeks, seed),
    )


def _product(
    weeks: Timeline, seed: int, lives: tuple[Life, ...], people: Panel
) -> tuple[Export, ...]:
    return (
        usage_events(people, seed),
        licenses(weeks, lives),
        nps_answers(people, seed),
        survey_sends(weeks, seed),
    )
