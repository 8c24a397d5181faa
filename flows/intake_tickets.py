"""What did customers ask, and were they content? Tickets and their ratings."""

from __future__ import annotations

from flows.intake_customers import Known, links
from flows.intake_drafts import Column, Draft, Export, constant, renamed
from flows.intake_sheets import words_of

GOOD, BAD = ("good", "great", "happy", "positive"), ("bad", "poor", "unhappy", "negative")


def tickets(export: Export, known: Known) -> Draft:
    """Return the table of tickets."""
    roles = export.roles
    created = roles["created"]
    columns: dict[str, Column] = {
        "ticket_id": _id(export),
        **links(export, known),
        "created_at": created,
        "created_by": constant("customer"),
        **renamed(
            export,
            requester_id="requester",
            channel="channel",
            first_agent_reply_at="first_reply",
            last_solved_at="solved",
            subject="subject",
            tags="tags",
            priority="priority",
            agent_id="agent",
        ),
    }
    draft = Draft("tickets", export, columns)
    if "first_reply" not in roles and "reply_minutes" in roles:
        columns["first_agent_reply_at"] = _after(roles["reply_minutes"], created)
    if "solve_minutes" in roles:
        columns["first_solved_at"] = _after(roles["solve_minutes"], created)
    elif "solved" in roles:
        columns["first_solved_at"] = roles["solved"]
        draft.remarks["first_solved_at"] = "the only one the export has"
    return draft


def ratings(export: Export, known: Known) -> Draft | None:
    """Return the answers to "were you content?", where they stand beside the tickets."""
    words = words_of(export.cells("satisfaction"))
    meant = {word: "1" for word in words if word.casefold().split(" ")[0] in GOOD}
    meant |= {word: "0" for word in words if word.casefold().split(" ")[0] in BAD}
    if not meant:
        return None
    asked, ticket = export.roles["satisfaction"], _id(export)
    solved = export.roles.get("solved", export.roles["created"])
    columns: dict[str, Column] = {
        "response_id": ticket,
        "survey": constant("csat"),
        **links(export, known),
        "ticket_id": ticket,
        "responded_at": solved,
        "score": {"from": asked, "values": meant},
        "scale_min": constant("0"),
        "scale_max": constant("1"),
        "high_is": constant("good"),
    }
    remarks = {"responded_at": "the day of the answer is not in the export; this is near"}
    return Draft("survey_responses", export, columns, remarks, {"only": {asked: list(meant)}})


def _id(export: Export) -> str:
    return export.roles.get("ticket_id") or export.roles["record_id"]


def _after(minutes: str, start: str) -> dict[str, str]:
    return {"from": minutes, "minutes_after": start}
