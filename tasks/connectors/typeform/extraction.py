"""From an account to answers: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from tasks.connectors.base import Surroundings
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.reconciling import counted
from tasks.connectors.streams import GONE
from tasks.connectors.typeform.access import api
from tasks.connectors.typeform.answers import Mapper, Seen
from tasks.connectors.typeform.questions import forms
from tasks.connectors.typeform.settings import TypeformSettings
from tasks.connectors.typeform.streams import FORMS, RESPONSES, streams
from tasks.facts.raw import Extracted


def extracted(settings: TypeformSettings, surroundings: Surroundings) -> Extracted:
    """Return the answers; what could not be read is a problem, and keeps what was loaded."""
    declared = streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    landed = Landed(settings.name, reports, surroundings)
    seen = Seen(settings.name)
    definitions = list(landed.rows(FORMS))
    there = {form.get("id") for form in definitions if GONE not in form}
    mapper = Mapper(forms(definitions), settings.surveys, settings.hidden, seen)
    table, ours = landed.table("survey_responses", RESPONSES), 0
    # What people said stays said when their form is cleared away.
    for response in landed.rows(RESPONSES, stays=lambda one: one["form_id"] not in there):
        ours += 1
        for row in mapper.rows(response):
            table.add(row)
    counted(surroundings, settings.name, reports, RESPONSES, ours)
    return landed.extracted([table.raw()], tuple(seen.notes(settings.hidden.customer)))
