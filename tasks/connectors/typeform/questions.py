"""Which questions of a form are rated, and on which scale? The form says it, no answer does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.connectors.fields import SurveySettings
from tasks.connectors.streams import Row
from tasks.connectors.typeform.streams import edited, sortable
from tasks.connectors.values import Raw, inside, plain, whole

NPS, OPINION, RATING, YES_NO = "nps", "opinion_scale", "rating", "yes_no"
RATED = frozenset({NPS, OPINION, RATING})
NPS_STEPS = 11
AN_NPS = SurveySettings(kind="nps")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form; ``scale`` is its lowest and highest score, None where unknown."""

    id: str
    ref: str
    type: str
    scale: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What a form asked, from one edit to the next."""

    id: str
    title: str
    since: str
    questions: tuple[Question, ...] = ()

    def question(self, known_as: str) -> Question | None:
        """Return one question."""
        return next((one for one in self.questions if one.id == known_as), None)


def form_of(row: Row) -> Form:
    """Return a form as it was landed."""
    fields = row.get("fields")
    return Form(
        plain(row.get("id")) or "",
        plain(row.get("title")) or "",
        edited(row),
        tuple(_questions(fields if isinstance(fields, list) else ())),
    )


def _questions(fields: Iterable[object]) -> Iterator[Question]:
    """Yield the questions in their order, also those inside groups."""
    for one in fields:
        if not isinstance(one, dict):
            continue
        inner = inside(one, "properties", "fields")
        if isinstance(inner, list):
            yield from _questions(inner)
        yield Question(
            plain(one.get("id")) or "",
            plain(one.get("ref")) or "",
            str(one.get("type")),
            _scale(one),
        )


def _scale(one: Raw) -> tuple[int, int] | None:
    kind, steps = one.get("type"), whole(inside(one, "properties", "steps"))
    if kind == YES_NO:
        return 0, 1
    if kind == NPS:
        steps = steps or NPS_STEPS
    if kind not in RATED or not steps:
        return None
    from_one = kind == RATING or inside(one, "properties", "start_at_one") is True
    return (1, steps) if from_one else (0, steps - 1)


@dataclass(frozen=True, slots=True)
class Forms:
    """Every form, as it was from each edit that we know of to the next."""

    editions: Mapping[str, Sequence[Form]] = field(default_factory=dict)

    def asked(self, form: str, question: str, at: object) -> Question | None:
        """Return a question as it was when it was answered.

        Who answered before the first edit that we know of was asked what that one asks; a
        question that is in no form of that time is taken from the newest that has it.
        """
        editions = self.editions.get(form, ())
        before = [one for one in editions if one.since <= sortable(at)]
        likely = [*before[-1:], *(() if before else editions[:1]), *reversed(editions)]
        found = (one.question(question) for one in likely)
        return next((one for one in found if one is not None), None)

    def newest(self, form: str) -> Form:
        """Return a form as it is now; one without questions where it is not known."""
        return next(reversed(self.editions.get(form, ())), Form(form, "", ""))


def forms(rows: Iterable[Row]) -> Forms:
    """Return all forms that were ever landed."""
    found: dict[str, list[Form]] = {}
    for form in sorted(map(form_of, rows), key=lambda one: one.since):
        found.setdefault(form.id, []).append(form)
    return Forms(found)


def survey_of(
    form: Form, question: Question, surveys: Mapping[str, SurveySettings]
) -> SurveySettings | None:
    """Return what a question asks; None where nobody said it.

    What is said of a whole form is about its first rated question that is not spoken of itself.
    """
    own = surveys.get(question.ref) or surveys.get(question.id)
    if own is not None:
        return own
    if question.type == NPS:
        return AN_NPS
    of_form = surveys.get(form.id) or surveys.get(form.title)
    return of_form if of_form and question.id == _first(form, surveys) else None


def _first(form: Form, surveys: Mapping[str, SurveySettings]) -> str | None:
    free = (
        one.id
        for one in form.questions
        if one.type in RATED - {NPS} and not {one.ref, one.id} & surveys.keys()
    )
    return next(free, None)
