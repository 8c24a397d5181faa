"""The sample company in a Typeform account: the surveys that its product asks.

    fill(typeform, Exports(folder), now)

Each kind of survey is a form of one question, whose scale is the survey's own.
"""

from __future__ import annotations

from datetime import datetime

from tests.doubles.sample_company import Exports, Row, at, company_id, contact_id
from tests.doubles.typeform import Typeform, nps, opinion, text

SYSTEM, TABLE = "product", "survey_responses"


def fill(typeform: Typeform, exports: Exports, now: datetime) -> None:
    """Give the account everything that people answered, oldest first."""
    for row in sorted(exports.rows(SYSTEM, TABLE), key=lambda one: at(one["responded_at"])):
        known_as = f"form-{row['survey']}"
        typeform.now = at(row["responded_at"])
        if known_as not in typeform.definitions:
            typeform.add_form(row["survey"], _question(row), text("why"), known_as=known_as)
        typeform.answer(
            known_as,
            {"rated": int(row["score"]), **({"why": row["comment"]} if row["comment"] else {})},
            customer_id=company_id(row["customer_id"]),
            contact_id=contact_id(row["respondent_id"]),
        )
    typeform.now = now


def surveys(exports: Exports) -> dict[str, dict[str, str]]:
    """Return what the configuration says of the forms: all but an NPS need it."""
    found = {row["survey"]: row["high_is"] for row in exports.rows(SYSTEM, TABLE)}
    return {name: {"kind": name, "high_is": high_is} for name, high_is in found.items()}


def _question(row: Row) -> dict[str, object]:
    low, high = int(row["scale_min"]), int(row["scale_max"])
    if row["survey"] == "nps":
        return nps("rated")
    return opinion("rated", high - low + 1, start_at_one=low == 1)
