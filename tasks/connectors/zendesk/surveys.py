"""Satisfaction in both of Zendesk's systems as rows of ``survey_responses``, each answer once.

Old ratings are good or bad, 1 or 0; an offer without an answer is none. New surveys have a scale
of their own, from the question's options. An account has one system or the other, and moving to
the new one leaves shadows in the old: a ticket with a new answer has no old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from tasks.connectors.values import Raw, Row, inside, instant, plain, several, when, whole

SCORES = {"bad": "0", "good": "1"}
OFFERED = frozenset({"offered", *SCORES})
CATEGORIES = {"bad": "0", "neutral": "0", "good": "1"}
TICKET = "ticket"
KIND = "customer_satisfaction"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked about what: the customers of tickets and of people, the scales of questions."""

    of_ticket: Mapping[str, str | None] = field(default_factory=dict)
    of_person: Mapping[str, str | None] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _row(answer: str, asked: Asked, **of_this: str | None) -> Row:
    ticket, person = of_this.get("ticket_id"), of_this.get("respondent_id")
    customer = asked.of_ticket.get(ticket or "") or asked.of_person.get(person or "")
    return {
        "response_id": answer,
        "survey": "csat",
        "customer_id": customer,
        "high_is": "good",
        **of_this,
    }


def rating_row(rating: Raw, asked: Asked) -> Row | None:
    """Return an old rating as a row; None for offers without an answer."""
    score = SCORES.get(str(rating.get("score")))
    if score is None:
        return None
    return _row(
        f"rating:{plain(rating.get('id'))}",
        asked,
        respondent_id=plain(rating.get("requester_id")),
        ticket_id=plain(rating.get("ticket_id")),
        responded_at=when(rating.get("updated_at") or rating.get("created_at")),
        score=score,
        scale_min="0",
        scale_max="1",
        comment=plain(rating.get("comment")),
        updated_at=when(rating.get("updated_at")),
    )


def response_row(response: Raw, asked: Asked) -> Row | None:
    """Return a new survey response as a row; None where the rating was skipped or has no scale."""
    answer = _rating(response)
    if answer is None or (scored := _scored(answer, asked.scales)) is None:
        return None
    score, low, high = scored
    return _row(
        f"survey:{plain(response.get('id'))}",
        asked,
        respondent_id=plain(response.get("responder_id")),
        ticket_id=ticket_of(response),
        responded_at=when(answer.get("updated_at") or answer.get("created_at")),
        score=score,
        scale_min=low,
        scale_max=high,
        comment=_comment(response),
        updated_at=when(answer.get("updated_at")),
    )


def _answers(response: Raw) -> list[Raw]:
    answers = response.get("answers")
    return [one for one in answers if isinstance(one, dict)] if isinstance(answers, list) else []


def _rating(response: Raw) -> Raw | None:
    """Return the answer that rates: the one about satisfaction, where there are several."""
    ratings = [
        one
        for one in _answers(response)
        if whole(one.get("rating")) is not None and one.get("type") != "skipped"
    ]
    ours = [one for one in ratings if inside(one, "question", "sub_type") in {KIND, None}]
    return next(iter(ours or ratings), None)


def _scored(answer: Raw, scales: Mapping[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    """Return score, lowest and highest; where no scale is known, good or bad as Zendesk says."""
    rating = plain(answer.get("rating"))
    scale = options(inside(answer, "question")) or scales.get(
        plain(inside(answer, "question", "id")) or ""
    )
    if rating is not None and scale is not None:
        return rating, *scale
    category = CATEGORIES.get(str(answer.get("rating_category")))
    return None if category is None else (category, "0", "1")


def options(question: object) -> tuple[str, str] | None:
    """Return the lowest and the highest rating a question offers."""
    offered = inside(question, "options")
    ratings = [
        rating
        for one in (offered if isinstance(offered, list) else ())
        if (rating := whole(inside(one, "rating"))) is not None
    ]
    return (str(min(ratings)), str(max(ratings))) if len(set(ratings)) > 1 else None


def scales(surveys: Iterable[Raw]) -> dict[str, tuple[str, str]]:
    """Return the scale of every rating question, by the question's id."""
    questions = (one for survey in surveys for one in survey.get("questions") or ())
    return {
        known_as: scale
        for one in questions
        if (known_as := plain(inside(one, "id"))) and (scale := options(one))
    }


def _comment(response: Raw) -> str | None:
    written = (
        plain(one.get("value")) or plain(inside(one, "value", "value"))
        for one in _answers(response)
        if one.get("type") == "open_ended"
    )
    return next((text for text in written if text), None)


def ticket_of(response: Raw) -> str | None:
    """Return the ticket that a survey response is about."""
    subjects = response.get("subjects")
    for subject in subjects if isinstance(subjects, list) else ():
        if inside(subject, "type") == TICKET:
            return plain(inside(subject, "id"))
    for name in several(response.get("subject_zrns")):
        *_, kind, known_as = ["", *name.split(":")]
        if kind == TICKET:
            return known_as
    return None


def sends(ratings: Iterable[Raw], zone: tzinfo, first: str) -> list[Row]:
    """Return how many ratings were asked for, by local month from ``first`` (``2026-02``) on."""
    asked: dict[str, int] = {}
    for rating in ratings:
        moment = instant(rating.get("created_at"))
        if moment is None or rating.get("score") not in OFFERED:
            continue
        month = f"{moment.astimezone(zone):%Y-%m}"
        asked[month] = asked.get(month, 0) + 1
    return [
        {"survey": "csat", "period": month, "sent": str(count)}
        for month, count in sorted(asked.items())
        if month >= first
    ]
