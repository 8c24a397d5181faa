"""What goes wrong at HubSpot: one clear error on one stream, the others finish, nothing is lost."""

from __future__ import annotations

from contextlib import closing

import pytest

from tasks.connectors.base import Surroundings
from tasks.connectors.hubspot.streams import streams
from tasks.connectors.landing import land
from tasks.store import open_store
from tests.connectors.hubspot.company import customer, standing_in
from tests.connectors.hubspot.reading import Reading, Time, session, settings
from tests.doubles.faults import HALF, cut_json, half_a_gzip, instead, saying, web_page
from tests.doubles.hubspot import HubSpot, throttled

BOUGHT = "2026-01-05T14:00:00Z"


@pytest.fixture
def hubspot():
    with HubSpot() as opened:
        yield opened


@pytest.fixture
def tiny(tmp_path, capsys, monkeypatch):
    with standing_in(tmp_path, capsys, monkeypatch) as company:
        customer(company.hubspot, "Acme", "1200", BOUGHT)
        company.hubspot.portal.add("tickets", hs_pipeline_stage="1")
        company.hubspot.portal.pass_time(minutes=30)
        yield company


@pytest.mark.parametrize(
    ("headers", "waits"),
    [({"Retry_After": "7"}, 7), ({"Retry_After": "0"}, 0), ({}, None)],
)
def test_a_short_limit_is_waited_for(hubspot, headers, waits):
    hubspot.portal.add("contacts")
    hubspot.order("listed", throttled("TEN_SECONDLY_ROLLING", **headers))
    time = Time()
    reading = Reading(hubspot, "contacts", time=time)
    assert len(reading.run()) == 1
    if waits is not None:
        assert sum(time.pauses) == pytest.approx(waits, abs=0.5)


def test_a_search_that_comes_too_soon_is_asked_again(hubspot):
    reading = Reading(hubspot, "contacts")
    reading.run()
    hubspot.portal.pass_time(minutes=10)
    late = hubspot.portal.add("contacts")
    hubspot.portal.pass_time(minutes=10)
    hubspot.order("search", throttled("SECONDLY"), times=2)
    assert reading.run() == [late]


def test_the_limit_of_a_day_stops_everything_with_one_error(tiny):
    tiny.hubspot.order("*", throttled("DAILY"), times=10_000, skip=3)
    code, _, err = tiny.sync()
    assert code == 3
    assert err.count("has used up its requests for today") == 1
    assert "midnight of the account's time zone" in err
    assert len(tiny.hubspot.requests) < 12  # those that were under way, and no others


def test_an_expired_token_is_one_error_that_says_what_to_do(tiny):
    tiny.hubspot.expired = True
    code, _, err = tiny.sync()
    assert code == 3
    assert "Make a new private app token in HubSpot" in err
    assert tiny.hubspot.token not in err


def test_a_token_that_expires_in_the_middle_goes_on_from_there_with_the_next(hubspot):
    from tasks.errors import SourceRejected

    ids = [hubspot.portal.add("contacts") for _ in range(250)]
    reading = Reading(hubspot, "contacts")
    hubspot.at(
        "answered", "listed", lambda _: setattr(hubspot, "expired", len(hubspot.requests) == 2)
    )
    assert reading.run(pages=1) + reading.run(pages=1) == ids[:200]
    with pytest.raises(SourceRejected):
        reading.run(pages=1)
    hubspot.calm()
    hubspot.expired = False
    assert reading.run(pages=1) == ids[200:]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (web_page, "a web page instead of data"),
        (half_a_gzip, "cut off"),
        (cut_json, "cut off or is no JSON"),
        (saying({"status": "error", "message": "internal"}), "another shape than expected"),
        (saying({"results": ["no object"]}), "another shape than expected"),
        (instead(503), "it answered 503"),
    ],
    ids=["html", "half a gzip", "half a json", "200 with an error inside", "no rows", "503"],
)
def test_a_broken_answer_ends_its_streams_and_the_others_finish(hubspot, tmp_path, fault, says):
    hubspot.portal.add("companies", name="Acme")
    hubspot.order("pipelines", fault, times=1_000)
    with closing(open_store(f"sqlite:///{tmp_path}/store.db")) as store, session(hubspot) as asking:
        around = Surroundings(tmp_path, "UTC", store, tmp_path / "raw", hubspot.portal.now)
        declared = streams(settings(hubspot))
        reports = land("crm", declared, asking, around)
    broken = {report.stream.name: str(report.problem) for report in reports if report.problem}
    assert list(broken) == ["deals pipelines", "tickets pipelines"]
    assert all(says in problem for problem in broken.values())
    assert sum(report.complete for report in reports) == len(declared) - 2


def test_a_stream_that_is_refused_keeps_its_tables_out_and_the_others_come(tiny):
    tiny.hubspot.forbidden = {"deals"}
    code, _, err = tiny.sync()
    assert code == 3
    assert "Add the scope that reads this to the private app" in err
    assert [name for (name,) in tiny.table("customers", "name")] == ["Acme"]
    assert tiny.table("subscription_versions") == []
    tiny.hubspot.forbidden = set()
    tiny.hubspot.portal.pass_time(minutes=30)
    code, _, err = tiny.sync()
    assert code == 0, err
    assert len(tiny.table("subscription_versions")) == 1


def test_what_the_plan_does_not_have_is_a_note_and_no_data_never_nothing(tiny):
    tiny.hubspot.forbidden = {"tickets", "feedback_submissions", "calls", "meetings", "emails"}
    code, out, err = tiny.sync()
    assert code == 0, err
    assert "tickets were not given to us, so what needs them has no data" in out
    from flows.lakeside import files_now
    from flows.workspace import opened

    with opened(tiny.folder / "keepwell.yaml", {"HUBSPOT_TOKEN": "x"}) as workspace:
        loaded = {file.table for file in files_now(workspace)}
    assert not loaded & {"tickets", "survey_responses", "touches"}
    assert {"customers", "subscription_versions"} <= loaded


def test_a_stumble_is_not_noticed(tiny):
    for place in ("listed", "associations", "search", "owners"):
        tiny.hubspot.order(place, instead(503, Retry_After="0"))
        tiny.hubspot.order(place, HALF, skip=1)
    code, _, err = tiny.sync()
    assert code == 0, err
    assert len(tiny.table("customers")) == 1


def test_the_token_stands_in_no_file_and_no_message(tiny):
    tiny.hubspot.order(
        "listed", instead(400, {"message": f"bad token {tiny.hubspot.token}"}), times=99
    )
    code, out, err = tiny.sync()
    assert code == 3
    written = [path for path in tiny.folder.rglob("*") if path.is_file()]
    assert tiny.hubspot.token not in out + err
    assert not [path for path in written if tiny.hubspot.token.encode() in path.read_bytes()]
    assert not [path for path in written if tiny.hubspot.token in str(path)]


def test_reading_again_what_was_read_makes_no_duplicates(tiny):
    tiny.sync()
    tiny.hubspot.portal.change("companies", next(iter(tiny.hubspot.portal.records["companies"])))
    for _ in range(3):
        tiny.hubspot.portal.pass_time(minutes=6)  # the overlap is longer than that
        code, _, _ = tiny.sync()
        assert code == 0
    assert len(tiny.table("customers")) == 1
