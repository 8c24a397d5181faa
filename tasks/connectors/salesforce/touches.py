"""Tasks and events become touches, and objects of the org's own answers to surveys."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from tasks.connectors.properties import parsed, text, written
from tasks.connectors.salesforce.accounts import colleague
from tasks.connectors.salesforce.objects import EVENTS, ID, STAMP, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.connectors.properties import Reader
    from tasks.connectors.salesforce.org import Org, Record
    from tasks.connectors.salesforce.settings import SurveySettings

Row = dict[str, str | None]
WORDS = {"Call": "call", "Email": "email"}  # other tasks reach nobody


def touches(org: Org) -> Iterator[Row]:
    """Yield calls and emails that were done, and meetings that have begun."""
    reader = org.reader("touches")
    for row in org.rows(TASKS):
        kind = WORDS.get(text(row, "TaskSubtype") or "")
        if kind and text(row, "IsClosed") == "true":
            at = reader.instant(row, "CompletedDateTime") or _morning(reader, row, "ActivityDate")
            yield from _touch(row, kind, at, org)
    for row in org.rows(EVENTS):
        if text(row, "IsChild") != "true":  # each guest has a copy of a meeting
            yield from _touch(row, "meeting", _begun(reader, row), org)


def _begun(reader: Reader, row: Record) -> datetime | None:
    """Return when a meeting began; one of a whole day has midnight in UTC, which is a day."""
    if text(row, "IsAllDayEvent") == "true":
        return _morning(reader, row, "StartDateTime")
    return reader.instant(row, "StartDateTime")


def _morning(reader: Reader, row: Record, name: str) -> datetime | None:
    """Return when a day begins where the company is."""
    day = reader.day(row, name)
    return None if day is None else datetime.combine(day, time(), reader.zone)


def _touch(row: Record, kind: str, at: datetime | None, org: Org) -> Iterator[Row]:
    account = org.behind(row, "AccountId", "WhoId")
    if account is None or at is None or at > org.now:
        return
    yield {
        "touch_id": f"{kind}-{row[ID]}",
        "customer_id": account,
        "contact_id": org.contact(row, "WhoId"),
        "owner_id": colleague(row),
        "kind": kind,
        "at": written(at),
        "updated_at": written(parsed(text(row, STAMP) or "")),
    }


def responses(org: Org, said: SurveySettings) -> Iterator[Row]:
    """Yield the answers to one survey; what has no score is no answer."""
    reader = org.reader("survey_responses")
    for row in org.rows(said.object):
        score = reader.number(row, said.score)
        if score is None:
            continue
        yield {
            "response_id": row[ID],
            "survey": said.kind,
            "customer_id": org.behind(row, said.account, said.contact),
            "respondent_id": org.contact(row, said.contact),
            "ticket_id": text(row, said.case) if said.case else None,
            "responded_at": written(reader.instant(row, said.at)),
            "score": written(score),
            "scale_min": written(said.low),
            "scale_max": written(said.high),
            "high_is": said.high_is,
            "comment": text(row, said.comment) if said.comment else None,
            "updated_at": written(parsed(text(row, STAMP) or "")),
        }
