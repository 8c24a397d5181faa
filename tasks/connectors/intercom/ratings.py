"""The ratings of conversations as rows of ``survey_responses``, and how many were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import tzinfo

from tasks.connectors.intercom.conversations import Around, customer_of, requester_of
from tasks.connectors.values import Raw, Row, inside, instant, plain, when

CSAT, OF_THE_MACHINE = "csat", "csat_ai"
LOWEST, HIGHEST = "1", "5"


def rating_row(talk: Raw, around: Around) -> Row | None:
    """Return the rating of a conversation; None where nobody was asked, or nobody answered."""
    rating = talk.get("conversation_rating")
    score = plain(inside(rating, "rating"))
    if score is None:
        return None
    at = inside(rating, "updated_at") or inside(rating, "created_at")
    respondent = plain(inside(rating, "contact", "id")) or requester_of(talk)
    remark = plain(inside(rating, "remark"))
    known_as = f"conversation:{plain(talk.get('id'))}"
    return {**_answer(talk, around, known_as, score, at, remark), "respondent_id": respondent}


def machine_row(talk: Raw, around: Around) -> Row | None:
    """Return the rating of the AI agent, which is a survey of its own; None without one."""
    rated = talk.get("ai_agent")
    score = plain(inside(rated, "rating"))
    if score is None:
        return None
    at = inside(rated, "updated_at") or inside(rated, "created_at") or talk.get("updated_at")
    known_as, remark = f"ai:{plain(talk.get('id'))}", plain(inside(rated, "rating_remark"))
    return {**_answer(talk, around, known_as, score, at, remark), "survey": OF_THE_MACHINE}


def _answer(
    talk: Raw, around: Around, known_as: str, score: str, at: object, remark: str | None
) -> Row:
    return {
        "response_id": known_as,
        "survey": CSAT,
        "customer_id": customer_of(talk, around),
        "respondent_id": requester_of(talk),
        "ticket_id": plain(talk.get("id")),
        "responded_at": when(at),
        "score": score,
        "scale_min": LOWEST,
        "scale_max": HIGHEST,
        "high_is": "good",
        "comment": remark,
        "updated_at": when(at),
    }


def sends(asked: Iterable[Raw], zone: tzinfo, first: str) -> list[Row]:
    """Return how many ratings were asked for, by local month from ``first`` (``2026-02``) on."""
    moments = (instant(inside(one, "conversation_rating", "created_at")) for one in asked)
    months = Counter(f"{one.astimezone(zone):%Y-%m}" for one in moments if one is not None)
    return [
        {"survey": CSAT, "period": month, "sent": str(count)}
        for month, count in sorted(months.items())
        if month >= first
    ]
