"""Is every row read once, behind the last one, and is a no with status 200 an error? Complaint 14."""

from __future__ import annotations

import pytest

from tests.doubles.faults import saying

NO = {"result": False, "errorCode": "GU_1500", "errorDesc": "Try later, gs-S3cret-key"}


def companies(gainsight, count):
    return [gainsight.put("Company", Name=f"Company {number}") for number in range(count)]


def asked(gainsight):
    return [one.json() for one in gainsight.asked("read")]


@pytest.mark.parametrize("skip", [0, 1])
def test_a_no_with_status_200_is_one_clear_error(here, gainsight, skip):
    companies(gainsight, 9)
    gainsight.order("read", saying(NO), times=99, skip=skip)
    (problem,) = here.read().problems
    assert "it said no (GU_1500 Try later, ***)" in str(problem)
    assert "Data Management" in problem.todo


def test_rows_are_read_behind_the_last_one_and_never_by_an_offset(here, gainsight):
    made = companies(gainsight, 9)
    assert len(here.tables()["customers"]) == 9
    bodies = asked(gainsight)
    assert {one["offset"] for one in bodies} == {0}
    assert {tuple(one["orderBy"].items()) for one in bodies} == {(("Gsid", "asc"),)}
    behind = [one["where"]["conditions"][-1]["value"][0] for one in bodies if "where" in one]
    assert behind == [made[3], made[7], made[8]]


def test_a_row_that_is_deleted_while_pages_are_read_shifts_no_other(here, gainsight):
    made = companies(gainsight, 9)

    def forget_the_first(_asked):
        if made[0] in gainsight.objects["Company"]:
            gainsight.delete("Company", made[0])

    gainsight.at("answered", "read", forget_the_first)
    assert {row["customer_id"] for row in here.tables()["customers"]} == set(made)


def test_a_later_run_asks_only_for_what_changed_since_an_hour_before_the_last(here, gainsight):
    companies(gainsight, 9)
    gainsight.pass_time(hours=3)
    here.read()
    before = len(gainsight.requests)
    gainsight.pass_time(hours=3)
    gainsight.put("Company", Name="New")
    assert len(here.tables()["customers"]) == 10
    (since,) = {one["where"]["conditions"][0]["value"][0] for one in asked(gainsight)[before:]}
    assert since == "2026-02-02T11:00:00Z"


def test_many_rows_of_one_moment_are_all_read(here, gainsight):
    companies(gainsight, 40)  # the clock stands
    assert len(here.tables()["customers"]) == 40


def test_where_objects_are_read_can_be_said(here, gainsight):
    here.company.more |= {"read_path": "/v1/data/objects/{object}/search"}
    assert here.read().problems[0].status == 404
    assert {one.path for one in gainsight.requests} == {"/v1/data/objects/Company/search"}


def test_a_field_that_is_not_there_is_told(here, gainsight):
    companies(gainsight, 1)
    here.company.more |= {"fields": {"segment": "Tier__gc"}}
    (problem,) = here.read().problems
    assert "no field Tier__gc" in str(problem)


def test_another_field_begins_from_the_start(here, gainsight):
    gainsight.put("Company", Name="Acme", Tier__gc="gold")
    gainsight.pass_time(days=2)
    here.read()
    gainsight.pass_time(days=2)
    here.company.more |= {"fields": {"segment": "Tier__gc"}}
    assert [row["segment"] for row in here.tables()["customers"]] == ["gold"]


def test_it_asks_a_hundred_times_a_minute_and_no_more(here, gainsight):
    here.company.more |= {"calls_per_minute": 5}
    companies(gainsight, 40)
    began = here.company.time.at
    here.read()
    rounds = (len(gainsight.requests) - 1) // 5
    assert here.company.time.at - began >= rounds * 60
