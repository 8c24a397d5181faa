"""keepwell.yaml as frozen settings: everything checked, every mistake told at once."""

from __future__ import annotations

from tasks.config.base import ChannelSettings, Part, SourceSettings
from tasks.config.benchmarks import BenchmarkSettings
from tasks.config.company import Company, Engine, Fx, Hours
from tasks.config.context import Catalogues
from tasks.config.goals import GoalSettings, Ramp
from tasks.config.kpichoice import Kpis
from tasks.config.kpisettings import KpiSettings
from tasks.config.load import load_settings, settings_of
from tasks.config.packs import PACKS
from tasks.config.people import Alerts, At, Audience, Operators, QuietHours
from tasks.config.rules import RuleEntry, Rules
from tasks.config.schema import json_schema
from tasks.config.settings import Settings, due_at, goals_for, scorecard

__all__ = [
    "PACKS",
    "Alerts",
    "At",
    "Audience",
    "BenchmarkSettings",
    "Catalogues",
    "ChannelSettings",
    "Company",
    "Engine",
    "Fx",
    "GoalSettings",
    "Hours",
    "KpiSettings",
    "Kpis",
    "Operators",
    "Part",
    "QuietHours",
    "Ramp",
    "RuleEntry",
    "Rules",
    "Settings",
    "SourceSettings",
    "due_at",
    "goals_for",
    "json_schema",
    "load_settings",
    "scorecard",
    "settings_of",
]
