"""Survey answers that fit no scale stay in quarantine, and can be counted."""

from __future__ import annotations

from tasks.facts import lake
from tasks.facts.folding import fold
from tasks.facts.raw import Extracted
from tests.facts.drawn import NEW_YORK, NOW, folded, raw, settled

ANSWERS = """
    response_id | survey       | customer_id | responded_at     | score | scale_min | scale_max | high_is | updated_at
    fine        | nps          | acorn       | 2026-02-03 15:00 | 9     | 0         | 10        | good    | -
    eleven      | nps          | birch       | 2026-02-13 15:00 | 11    | 0         | 10        | good    | -
    of_ten      | NPS          | birch       | 2026-02-14 15:00 | 7     | 1         | 10        | good    | -
    no_scale    | csat         | birch       | 2026-02-15 15:00 | 4     | -         | -         | good    | -
    no_side     | ces_effort17 | birch       | 2026-02-16 15:00 | 4     | 1         | 7         | -       | -
    words       | csat         | birch       | 2026-02-17 15:00 | great | 1         | 5         | good    | -
    no_day      | csat         | birch       | -                | 9     | 1         | 5         | good    | -
"""
NAMES = ("response_id", "survey", "customer_id", "refused_for")


def kept(load):
    rows = load.parts.get("refused_answers")
    return [] if rows is None else [tuple(row[name] for name in NAMES) for row in rows.to_pylist()]


def test_an_answer_that_fits_no_scale_leaves_a_row():
    load = folded(raw("survey_responses", ANSWERS))
    assert kept(load) == [
        ("eleven", "nps", "birch", "score"),
        ("of_ten", "NPS", "birch", "scale_min"),
        ("no_scale", "csat", "birch", "scale_min"),
        ("no_side", "ces_effort17", "birch", "high_is"),
        ("words", "csat", "birch", "score"),
    ]


def test_it_is_in_no_control_total_and_in_quarantine_all_the_same():
    load = folded(raw("survey_responses", ANSWERS))
    (total,) = load.totals
    assert (total.read, total.loaded, total.quarantined) == (7, 1, 6)
    assert list(load.tables) == ["survey_responses"]


def test_it_is_kept_once_and_not_at_all_where_a_sound_answer_has_its_id():
    load = folded(
        raw(
            "survey_responses",
            """
            response_id | survey | customer_id | responded_at | score | scale_min | scale_max | high_is | updated_at
            twice       | nps    | acorn       | 2026-02-03   | 11    | 0         | 10        | good    | 2026-02-04
            twice       | nps    | birch       | 2026-02-03   | 12    | 0         | 10        | good    | 2026-02-05
            corrected   | nps    | acorn       | 2026-02-03   | 11    | 0         | 10        | good    | -
            corrected   | nps    | acorn       | 2026-02-03   | 10    | 0         | 10        | good    | -
            """,
        )
    )
    assert kept(load) == [("twice", "nps", "birch", "score")]


def test_where_all_is_well_nothing_is_kept():
    load = folded(raw("survey_responses", "\n".join(ANSWERS.splitlines()[:3])))
    assert "refused_answers" not in load.parts


def test_the_lake_has_it_by_month_beside_the_answers(tmp_path):
    (load,) = settled(folded(raw("survey_responses", ANSWERS)))
    files = lake.write(tmp_path, load, "load")
    found = [(file.table, file.ym, file.rows) for file in files]
    assert found == [("survey_responses", "2026-02", 1), ("refused_answers", "2026-02", 5)]


def test_a_source_may_give_refused_answers_itself_as_well():
    own = """
        response_id | survey | responded_at
        theirs      | nps    | 2026-02-01
    """
    load = folded(raw("survey_responses", ANSWERS), raw("refused_answers", own))
    assert [row[0] for row in kept(load)][:2] == ["theirs", "eleven"]


def test_what_a_failed_table_had_kept_stays_in_the_lake():
    load = fold(
        Extracted("desk", failed=("survey_responses", "tickets")), calendar=NEW_YORK, now=NOW
    )
    assert load.failed == ("survey_responses", "tickets", "refused_answers")
