"""What is read from a Typeform account? Its forms, and the answers to each of them.

Answers come oldest first from a time on. They never change, but very recent ones may be shown
late: so each run reads the last day again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Page, Row, Stream
from tasks.connectors.typeform.reading import FormIds, Responses, count_of
from tasks.connectors.typeform.settings import TypeformSettings
from tasks.connectors.values import instant, plain

if TYPE_CHECKING:
    from tasks.connectors.http import Session

FORMS, RESPONSES = "forms", "responses"
ANSWERS = ("survey_responses",)


def streams(settings: TypeformSettings) -> tuple[Stream, ...]:
    """Return every stream of an account."""
    reach = " ".join((settings.home, settings.hidden.customer, *settings.forms))
    ids = FormIds(settings.forms)
    answers = Responses(ids, settings.hidden.customer)
    found = [
        Stream(FORMS, form_key, edited, _definitions(ids), full=True, tables=ANSWERS, config=reach),
        Stream(
            RESPONSES,
            response_key,
            submitted,
            answers,
            tables=ANSWERS,
            config=reach,
            total=count_of(ids),
        ),
    ]
    if settings.reconcile_days:
        found.append(
            Stream(
                listed_name(RESPONSES),
                response_key,
                submitted,
                replace(answers, only_ids=True),
                full=True,
                optional=True,
                config=reach,
                every=timedelta(days=settings.reconcile_days),
            )
        )
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def _definitions(
    ids: FormIds,
) -> Callable[[Session, str | None, datetime], Iterator[Page]]:
    """Return how the forms are read: a page of the list, and each form in it with its questions."""

    def pages(session: Session, cursor: str | None, _now: datetime) -> Iterator[Page]:
        for listed in ids.pages(session, int(cursor or "1")):
            forms = (ids.form(session, one) for one in listed.rows)
            rows = tuple(form for form in forms if form is not None)
            yield Page(rows, cursor, listed.next, listed.request_id)
            cursor = listed.next

    return pages


def form_key(form: Row) -> str:
    """Return which edition of a form this is: an edit may give a question another scale."""
    return f"{plain(form.get('id'))}@{edited(form)}"


def edited(form: Row) -> str:
    """Return when a form was last edited."""
    return sortable(form.get("last_updated_at"))


def response_key(response: Row) -> str:
    """Return which response to which form this is."""
    return f"{response['form_id']}:{plain(response.get('response_id') or response.get('token'))}"


def submitted(response: Row) -> str:
    """Return when a response was given."""
    return sortable(response.get("submitted_at"))


def sortable(value: object) -> str:
    """Return an instant as text that sorts like it; "" for none."""
    moment = instant(value)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
