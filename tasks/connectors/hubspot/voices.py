"""Answers to surveys, and the calls, meetings and emails with customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.connectors.fields import ScaledSurvey
from tasks.connectors.hubspot.kinds import OWNER
from tasks.connectors.properties import Reader, parsed, text, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tasks.connectors.hubspot.people import People
    from tasks.connectors.hubspot.records import Record
    from tasks.connectors.hubspot.standing import Standing

Row = dict[str, str | None]
# HubSpot asks these two on one scale only; for any other survey the configuration has to say it.
KNOWN = {
    "NPS": ScaledSurvey.model_validate({"kind": "nps", "low": 0, "high": 10}),
    "CES": ScaledSurvey.model_validate({"kind": "ces", "low": 1, "high": 7}),
}
TOUCHED = {
    "calls": ("call", "hs_call_status", {"", "COMPLETED"}),
    "meetings": ("meeting", "hs_meeting_outcome", {"", "COMPLETED", "SCHEDULED"}),
    "emails": ("email", "hs_email_direction", {"EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"}),
}


def scale(
    properties: Mapping[str, object], surveys: Mapping[str, ScaledSurvey]
) -> ScaledSurvey | None:
    """Return the scale of the survey an answer belongs to; None where nobody has said it."""
    for name in ("hs_survey_id", "hs_survey_name"):
        if (key := text(properties, name)) and key in surveys:
            return surveys[key]
    return KNOWN.get((text(properties, "hs_survey_type") or "").upper())


def response(
    record: Record,
    surveys: Mapping[str, ScaledSurvey],
    people: People,
    tickets: Standing,
    reader: Reader,
) -> Iterator[Row]:
    """Yield an answer as a row of survey_responses; nothing where its scale is not known."""
    properties = record.properties
    asked = scale(properties, surveys)
    if asked is None:
        reader.remarks.add(reader.table, _no_scale(properties))
        return
    contact, company = people.behind(record)
    at = reader.instant(properties, "hs_submission_timestamp")
    yield {
        "response_id": record.id,
        "survey": asked.kind,
        "customer_id": company,
        "respondent_id": contact,
        "ticket_id": tickets.now(record.tied_to("tickets")),
        "responded_at": written(at or reader.instant(properties, "hs_createdate")),
        "score": written(reader.number(properties, "hs_value")),
        "scale_min": written(asked.low),
        "scale_max": written(asked.high),
        "high_is": asked.high_is,
        "comment": text(properties, "hs_content"),
        "updated_at": written(parsed(record.updated_at)),
    }


def _no_scale(properties: Mapping[str, object]) -> str:
    name = text(properties, "hs_survey_name") or "without a name"
    key = text(properties, "hs_survey_id") or "?"
    return (
        f"the scale of survey {key} ({name}) is not known, so its answers are left out; "
        "add it under 'surveys'"
    )


def touch(
    record: Record, kind: str, people: People, reader: Reader, now: datetime
) -> Iterator[Row]:
    """Yield a call, meeting or email as a row of touches; nothing where nobody was reached."""
    word, state, reached = TOUCHED[kind]
    contact, company = people.behind(record)
    at = reader.instant(record.properties, "hs_timestamp")
    said = (text(record.properties, state) or "").upper()
    if company is None or at is None or at > now or said not in reached:
        return
    yield {
        "touch_id": f"{word}-{record.id}",
        "customer_id": company,
        "contact_id": contact if contact in people.employer else None,
        "owner_id": text(record.properties, OWNER),
        "kind": word,
        "at": written(at),
        "updated_at": written(parsed(record.updated_at)),
    }
