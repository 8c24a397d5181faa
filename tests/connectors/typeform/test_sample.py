"""The sample company's surveys in a Typeform: the same answers as in its files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

from tests.connectors.typeform.test_answers import rows
from tests.doubles.sample_company import Exports
from tests.doubles.sample_typeform import fill, surveys

NAMES = "survey customer_id respondent_id responded_at score scale_min scale_max high_is comment"
ASKED = (
    "nps,C0273,C0273-u1,2025-04-28T11:46:44Z,9,0,10,good,",
    "nps,C0103,C0103-u3,2025-04-28T15:25:37Z,8,0,10,good,Fast",
    "ces,C0103,C0103-u3,2025-05-01T15:25:37Z,7,1,7,bad,",
)


def test_the_answers_are_the_same(here, typeform, tmp_path):
    folder = tmp_path / "exports" / "product"
    folder.mkdir(parents=True)
    lines = [NAMES.replace(" ", ","), *ASKED]
    (folder / "survey_responses.csv").write_text("\n".join(lines), encoding="utf-8")
    exports = Exports(tmp_path)
    fill(typeform, exports, datetime(2026, 2, 2, tzinfo=UTC))
    here.company.more = {"surveys": surveys(exports)}
    found = rows(here, "survey", "score", "scale_min", "scale_max", "high_is", "comment")
    there = [
        (row["survey"], *map(int, (row["score"], row["scale_min"], row["scale_max"])),
         row["high_is"], row["comment"] or None)
        for row in csv.DictReader(lines)
    ]  # fmt: skip
    assert sorted(found) == sorted(there, key=repr)
    assert rows(here, "customer_id", "respondent_id") == [
        ("70273", "8027301"),
        ("70103", "8010303"),
        ("70103", "8010303"),
    ]
