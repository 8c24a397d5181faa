"""An account that a vendor's contract plays: its streams read, and its tables made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from tasks.connectors.api import Api, Rejected
from tasks.connectors.base import Connector, Surroundings
from tasks.connectors.freshdesk import FRESHDESK
from tasks.connectors.freshdesk.access import api as freshdesk_api
from tasks.connectors.http import Session
from tasks.connectors.hubspot import HUBSPOT
from tasks.connectors.hubspot.access import api as hubspot_api
from tasks.connectors.hubspot.streams import LABELLED, PIPED, pipelines_name, properties_name
from tasks.connectors.intercom import INTERCOM
from tasks.connectors.intercom.access import api as intercom_api
from tasks.connectors.streams import NoWayOn, Row, Stream
from tasks.connectors.stripe import STRIPE
from tasks.connectors.stripe.access import api as stripe_api
from tasks.connectors.typeform import TYPEFORM
from tasks.connectors.typeform.access import api as typeform_api
from tasks.connectors.zendesk import ZENDESK
from tasks.connectors.zendesk.access import api as zendesk_api
from tasks.connectors.zoom import ZOOM
from tasks.connectors.zoom.access import api as zoom_api
from tasks.errors import SourceUnavailable
from tasks.facts.raw import Extracted
from tasks.store import open_store
from tests.contracts import allowed
from tests.contracts.front import as_it_came

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SOME = 5  # pages of a stream whose cursors never end
NOT_THERE = 404
AT_ONCE = (*map(pipelines_name, PIPED), *map(properties_name, LABELLED))  # one answer, always
Change = Callable[[Mapping[str, str], Any], Any]


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor: its contracts, its connector, and the least that its configuration says.

    ``ends`` makes an answer the last page, ``goes_on`` one that names a next page for ever.
    """

    contracts: str
    connector: Connector
    api: Callable[[Any], Api]
    least: Mapping[str, Any]
    allowed: allowed.Allowed
    ends: Change
    goes_on: Change
    one_page: frozenset[str]  # streams that the contract gives no next page
    from_examples: frozenset[str] = frozenset({"customers", "tickets", "survey_responses"})
    from_made_up: frozenset[str] = frozenset({"customers"})
    paths: tuple[str, ...] = ()  # of a contract that is too large to be played whole
    always: Change = as_it_came  # says what the vendor always says, where the contract does not

    def settings(self, base_url: str) -> Any:
        said = {"name": "there", "kind": self.connector.key, "base_url": base_url, **self.least}
        if "auth_url" in self.connector.settings.model_fields:
            said["auth_url"] = base_url
        return self.connector.settings.model_validate(said)

    def streams(self) -> Mapping[str, Stream]:
        settings = self.settings("http://127.0.0.1:1")
        return {stream.name: stream for stream in self.connector.streams(settings)}

    def read(self, base_url: str, name: str, run: Run, most: int = SOME) -> Run:
        """Read the first pages of a stream from where ``run`` ended, up to ``run.now``."""
        settings = self.settings(base_url)
        (stream,) = (one for one in self.connector.streams(settings) if one.name == name)
        with Session(self.api(settings)) as session:
            return _read(stream, session, run, most)

    def extract(self, base_url: str, root: Path) -> Extracted:
        """Return every table that the account gives."""
        with open_store(f"sqlite:///{root}/keepwell.db") as store:
            around = Surroundings(root, "UTC", store=store, raw=root / "raw", now=NOW)
            return self.connector.extract(self.settings(base_url), around)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run read of a stream, and why it ended early."""

    cursor: str | None = None
    now: datetime = NOW
    rows: tuple[Row, ...] = ()
    endless: str = ""
    absent: bool = False
    pages: int = 0


def _read(stream: Stream, session: Session, run: Run, most: int) -> Run:
    try:
        for page in islice(stream.pages(session, run.cursor, run.now), most):
            for row in page.rows:
                assert isinstance(stream.key(row), str)
                assert isinstance(stream.version(row), str)
            rows = (*run.rows, *page.rows)
            run = replace(run, rows=rows, cursor=page.cursor_out, pages=run.pages + 1)
    except (NoWayOn, SourceUnavailable) as error:
        return replace(run, endless=str(error))
    except Rejected as error:
        if error.status != NOT_THERE:
            raise
        return replace(run, absent=True)
    return run


def _hubspot_ends(query: Mapping[str, str], data: Any) -> Any:
    last = {**data, "paging": None} if "after" in query else data
    return {**last, "total": len(data["results"])} if "total" in data else last


def _hubspot_goes_on(_query: Mapping[str, str], data: Any) -> Any:
    return {**data, "paging": {"next": {"after": "NTI1"}}, "total": 10_000}


def _zendesk_ends(_query: Mapping[str, str], data: Any) -> Any:
    last = {"end_of_stream": True, "meta": {"has_more": False}}
    return {**data, **{name: value for name, value in last.items() if name in data}}


def _zendesk_goes_on(_query: Mapping[str, str], data: Any) -> Any:
    meta = {"has_more": True, "after_cursor": "aCursor"}
    still = {"end_of_stream": False} if "end_of_stream" in data else {"meta": meta}
    return {**data, **still}


def _freshdesk_known(query: Mapping[str, str], data: Any) -> Any:
    """Give each row what the contract says of it in words only: its id, and when it changed.

    A filter finds none: what was deleted is another ticket than the one in the example.
    """
    if not isinstance(data, list) or "filter" in query:
        return [] if isinstance(data, list) else data
    at = "2026-01-01T00:00:00Z"
    return [{**one, "id": one.get("id", 1), "updated_at": at, "created_at": at} for one in data]


def _freshdesk_goes_on(query: Mapping[str, str], data: Any) -> Any:
    known = _freshdesk_known(query, data)
    return [{**known[0], "id": number} for number in range(100)] if known else known


def _intercom_ends(query: Mapping[str, str], data: Any) -> Any:
    if "scroll_param" in query:
        return {**data, "data": []}
    return {**data, "pages": {"type": "pages"}} if isinstance(data.get("pages"), dict) else data


def _intercom_goes_on(_query: Mapping[str, str], data: Any) -> Any:
    if "pages" not in data or "scroll_param" in data:
        return data
    return {**data, "pages": {"next": {"per_page": 150, "starting_after": "again"}}}


def _typeform_ends(_query: Mapping[str, str], data: Any) -> Any:
    last = {"page_count": 1, "total_items": len(data.get("items", ()))}
    rated = {"fields": _typeform_rated(data["fields"])} if "fields" in data else {}
    known = {"id": "form", "last_updated_at": "2026-01-01T00:00:00Z"}
    if "items" not in data:
        return {**data, **known, **rated}
    items = [{**one, **_typeform_known(number)} for number, one in enumerate(data["items"])]
    return {**data, **last, "items": items}


def _typeform_rated(fields: Any) -> Any:
    return [{**one, "id": "q", "ref": "q", "type": "nps"} for one in fields or ({},)]


def _typeform_known(number: int) -> dict[str, Any]:
    """Return what the contract says of every row in words only: its ids, its time, its score."""
    answer = {"field": {"id": "q", "type": "nps"}, "type": "number", "number": 9}
    at = f"2026-01-01T00:00:{number:02}Z"
    return {"id": "form", "token": f"t{number}", "submitted_at": at, "answers": [answer]}


def _typeform_goes_on(query: Mapping[str, str], data: Any) -> Any:
    return {**_typeform_ends(query, data), "page_count": 10**6, "total_items": 10**6}


def _zoom_ends(_query: Mapping[str, str], data: Any) -> Any:
    """Leave out the times of the example, which were never asked for."""
    if not isinstance(data, dict) or "call_history" not in data:
        return data
    told = {name: data[name] for name in data if name not in {"from", "to"}}
    return {**told, "next_page_token": ""}


def _zoom_goes_on(query: Mapping[str, str], data: Any) -> Any:
    return {**_zoom_ends(query, data), "next_page_token": "again"}


def _stripe_always(_query: Mapping[str, str], data: Any) -> Any:
    """Give every object of a list its id and its time; the contract has them in examples only."""
    if not isinstance(data, dict) or "data" not in data:
        return data
    rows = [{**one, **_stripe_known(one, number)} for number, one in enumerate(data["data"])]
    return {**data, "data": rows}


def _stripe_known(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    is_whole = isinstance(one.get("id"), str) and isinstance(one.get("created"), int)
    return {} if is_whole else {"id": f"obj_{number}", "created": 1_772_000_000}


def _stripe_ends(query: Mapping[str, str], data: Any) -> Any:
    return {**_stripe_always(query, data), "has_more": False}


def _stripe_goes_on(query: Mapping[str, str], data: Any) -> Any:
    return {**_stripe_always(query, data), "has_more": True}


VENDORS = {
    "freshdesk": Vendor(
        "freshdesk.yml",
        FRESHDESK,
        freshdesk_api,
        {"api_key": "k-1", "customers": True, "requests_per_minute": 6_000_000},
        allowed.FRESHDESK,
        _freshdesk_known,
        _freshdesk_goes_on,
        frozenset({"tickets deleted", "tickets spam"}),
        frozenset({"customers", "tickets"}),
        frozenset({"customers", "tickets"}),
        always=_freshdesk_known,
    ),
    "hubspot": Vendor(
        "crm.[!s]*.yaml",
        HUBSPOT,
        hubspot_api,
        {
            "token": "pat-1",
            "calls_per_10s": 100_000,
            "searches_per_s": 10_000,
            "surveys": {"5": {"kind": "csat", "low": 1, "high": 7}},
        },
        allowed.HUBSPOT,
        _hubspot_ends,
        _hubspot_goes_on,
        frozenset({"owners", "owners archived", *AT_ONCE}),
    ),
    "intercom": Vendor(
        "intercom-2.14.yaml",
        INTERCOM,
        intercom_api,
        {"token": "t-1", "calls_per_10s": 10_000_000, "customers": True},
        allowed.INTERCOM,
        _intercom_ends,
        _intercom_goes_on,
        frozenset(),
        frozenset({"customers", "tickets"}),
    ),
    "stripe": Vendor(
        "stripe-lists.json",
        STRIPE,
        stripe_api,
        {"token": "rk-1", "calls_per_s": 1_000_000},
        allowed.STRIPE,
        _stripe_ends,
        _stripe_goes_on,
        frozenset(),
        frozenset({"customers", "subscription_versions"}),
        frozenset(),  # its made-up lists have nothing in them
        always=_stripe_always,
    ),
    "typeform": Vendor(
        "airbyte-typeform-connector.yaml",
        TYPEFORM,
        typeform_api,
        {"token": "t-1", "calls_per_s": 1_000_000},
        allowed.TYPEFORM,
        _typeform_ends,
        _typeform_goes_on,
        frozenset(),
        frozenset({"survey_responses"}),
        frozenset({"survey_responses"}),
        always=_typeform_ends,
    ),
    "zendesk": Vendor(
        "zendesk-support.yaml",
        ZENDESK,
        zendesk_api,
        {
            "email": "ada@example.com",
            "token": "t-1",
            "customers": True,
            "exports_per_minute": 600_000,
            "requests_per_minute": 6_000_000,
        },
        allowed.ZENDESK,
        _zendesk_ends,
        _zendesk_goes_on,
        frozenset({"metric events"}),
    ),
    "zoom": Vendor(
        "zoom-phone.json",
        ZOOM,
        zoom_api,
        {
            "account_id": "a-1",
            "client_id": "c-1",
            "client_secret": "s-1",
            "contact_center": True,
            "heavy_per_s": 1_000_000,
        },
        allowed.ZOOM,
        _zoom_ends,
        _zoom_goes_on,
        frozenset(),
        frozenset({"calls"}),
        frozenset({"calls"}),
        ("/phone/call_history",),
        _zoom_ends,
    ),
}
