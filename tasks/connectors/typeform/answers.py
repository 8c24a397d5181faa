"""A response to a form as rows of ``survey_responses``: one for each rated question it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tasks.connectors.fields import SurveySettings
from tasks.connectors.streams import Row as Landed
from tasks.connectors.typeform.questions import RATED, Forms, Question, survey_of
from tasks.connectors.typeform.settings import HiddenFields
from tasks.connectors.values import Raw, Row, inside, plain, when
from tasks.model import DataNote

NOBODY = "xxxxx"  # what Typeform's own links have in place of a hidden field's value
TEXT = "text"


@dataclass(slots=True)
class Seen:
    """What was met on the way, and how often."""

    source: str
    rows: int = 0
    nobody: int = 0
    unasked: Counter[tuple[str, str]] = field(default_factory=Counter)  # by form and question
    unscaled: Counter[tuple[str, str]] = field(default_factory=Counter)

    def notes(self, hidden: str) -> Iterator[DataNote]:
        """Yield one note for each kind of thing that was met."""
        if self.nobody:
            text = (
                f"{self.source}: {self.nobody:,} of {self.rows:,} answers name no customer: "
                f"the hidden field '{hidden}' of their forms is empty."
            )
            yield self._note("no_customer", text, self.nobody)
        for (form, question), count in sorted(self.unasked.items()):
            text = (
                f"{self.source}: what question '{question}' of form {form} asks is not known, so "
                f"its answers ({count:,}) are left out; add it under 'surveys'."
            )
            yield self._note("mapping_issue", text, count)
        for (form, question), count in sorted(self.unscaled.items()):
            text = (
                f"{self.source}: the scale of question '{question}' of form {form} is not known, "
                f"so its answers ({count:,}) are left out."
            )
            yield self._note("mapping_issue", text, count)

    def _note(self, kind: str, text: str, count: int) -> DataNote:
        return DataNote(kind, self.source, text, count, "survey_responses")


@dataclass(frozen=True, slots=True)
class Mapper:
    """What has to be known to make rows of a response."""

    forms: Forms
    surveys: Mapping[str, SurveySettings]
    hidden: HiddenFields
    seen: Seen

    def rows(self, response: Landed) -> Iterator[Row]:
        """Yield a row for each rated question that was answered."""
        form, given = plain(response.get("form_id")) or "", _answers(response)
        for place, answer in enumerate(given):
            question, score = self._question(form, answer, response), _score(answer)
            if question is None or score is None:
                continue
            survey = survey_of(self.forms.newest(form), question, self.surveys)
            if survey is not None and question.scale is not None:
                comment = _comment(given[place + 1 :])
                yield self._row(response, question, survey, score, comment)
            else:
                self._leave_out(form, question, survey)

    def _question(self, form: str, answer: Raw, response: Landed) -> Question | None:
        known_as = plain(inside(answer, "field", "id")) or ""
        asked = self.forms.asked(form, known_as, response.get("submitted_at"))
        if asked is not None:
            return asked
        kind = str(inside(answer, "field", "type"))
        ref = plain(inside(answer, "field", "ref")) or ""
        return Question(known_as, ref, kind) if kind in RATED else None

    def _leave_out(self, form: str, question: Question, survey: SurveySettings | None) -> None:
        """Count an answer whose question or scale is not known; others are about nothing rated."""
        where = (form, question.ref or question.id)
        if survey is not None:
            self.seen.unscaled[where] += 1
        elif question.type in RATED:
            self.seen.unasked[where] += 1

    def _row(
        self,
        response: Landed,
        question: Question,
        survey: SurveySettings,
        score: str,
        comment: str | None,
    ) -> Row:
        low, high = question.scale or (0, 0)
        customer = _hidden(response, self.hidden.customer)
        self.seen.rows += 1
        self.seen.nobody += customer is None
        at = when(response.get("submitted_at"))
        return {
            "response_id": f"{_known_as(response)}:{question.id}",
            "survey": survey.kind,
            "customer_id": customer,
            "respondent_id": _hidden(response, self.hidden.contact),
            "ticket_id": _hidden(response, self.hidden.ticket),
            "responded_at": at,
            "score": score,
            "scale_min": str(low),
            "scale_max": str(high),
            "high_is": survey.high_is,
            "comment": comment,
            "updated_at": at,
        }


def _known_as(response: Landed) -> str | None:
    return plain(response.get("response_id") or response.get("token"))


def _answers(response: Landed) -> list[Raw]:
    given = response.get("answers")
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _score(answer: Raw) -> str | None:
    """Return the score of an answer, yes as 1 and no as 0; None for other answers."""
    if isinstance(answer.get("boolean"), bool):
        return "1" if answer["boolean"] else "0"
    number = answer.get("number")
    return None if isinstance(number, bool) else plain(number)


def _hidden(response: Landed, name: str) -> str | None:
    value = plain(inside(response, "hidden", name))
    return None if value == NOBODY else value


def _comment(later: list[Raw]) -> str | None:
    """Return the first text after a rated question, up to the next one."""
    for answer in later:
        if _score(answer) is not None:
            return None
        if answer.get("type") == TEXT:
            return plain(answer.get(TEXT))
    return None
