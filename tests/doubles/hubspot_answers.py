"""How a HubSpot portal answers: lists, searches, batch reads, associations, owners, pipelines.

An answer is (status, what the JSON says). A request that HubSpot would refuse is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tests.doubles.hubspot_portal import Portal, Record, iso, modified

Answered = tuple[int, dict[str, Any]]
CEILING = 10_000
KINDS = {
    "companies",
    "contacts",
    "deals",
    "line_items",
    "tickets",
    "feedback_submissions",
    "calls",
    "meetings",
    "emails",
}
VERSIONS = {"v3", "2025-09", "2026-03"}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda ours, asked: ours == asked,
    "GT": lambda ours, asked: ours > asked,
    "GTE": lambda ours, asked: ours >= asked,
    "LT": lambda ours, asked: ours < asked,
    "LTE": lambda ours, asked: ours <= asked,
}


class Refused(Exception):
    """A request that is answered with an error: its status, category and message."""

    def __init__(self, status: int, category: str, message: str, **context: list[str]) -> None:
        super().__init__(message)
        self.status, self.category, self.context = status, category, context


def error(status: int, category: str, message: str, **more: Any) -> Answered:
    """An error as HubSpot words it."""
    said = {"status": "error", "message": message, "category": category}
    return status, {**said, "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf", **more}


def answer(
    portal: Portal, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any]
) -> Answered:
    """Return the answer to one request."""
    try:
        return 200, _answer(portal, method, path.strip("/"), query, body)
    except Refused as no:
        return error(no.status, no.category, str(no), context=no.context)


def _answer(
    portal: Portal, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any]
) -> dict[str, Any]:
    for wanted, pattern, give in _ROUTES:
        if (found := re.fullmatch(pattern, path)) and method == wanted:
            version = found["v3"] or found["date"]
            if version and version not in VERSIONS | {"v4"}:
                break
            kinds = {
                name: value for name, value in found.groupdict().items() if name.startswith("k")
            }
            if any(kind not in KINDS for kind in kinds.values()):
                raise Refused(400, "VALIDATION_ERROR", "Unable to infer object type")
            return give(portal, kinds, query, body)
    raise Refused(404, "OBJECT_NOT_FOUND", f"No such place: {method} {path}")


def _account(portal: Portal, *_: Any) -> dict[str, Any]:
    return {
        "portalId": 123456,
        "accountType": "STANDARD",
        "timeZone": portal.time_zone,
        "companyCurrency": portal.currency,
        "additionalCurrencies": [],
        "utcOffset": "-05:00",
        "utcOffsetMilliseconds": -18000000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


def _list(
    portal: Portal, kinds: Mapping[str, str], query: Mapping[str, str], _body: Any
) -> dict[str, Any]:
    histories = _split(query.get("propertiesWithHistory", ""))
    limit = int(query.get("limit", "10"))
    if limit > (50 if histories else 100):
        raise Refused(400, "VALIDATION_ERROR", f"limit {limit} is too high")
    archived = query.get("archived") == "true"
    after = int(query.get("after", "0"))
    records = sorted(portal.records[kinds["k"]].values(), key=lambda record: int(record.id))
    listed = [r for r in records if int(r.id) > after and (r.archived_at is not None) is archived]
    names = _split(query.get("properties", ""))
    results = [_shown(record, record.properties, names, histories) for record in listed[:limit]]
    more = {"next": {"after": results[-1]["id"], "link": "?"}} if len(listed) > limit else None
    return {"results": results, **({"paging": more} if more else {})}


def _search(
    portal: Portal, kinds: Mapping[str, str], _query: Any, body: Mapping[str, Any]
) -> dict[str, Any]:
    kind, limit, after = kinds["k"], int(body.get("limit", 10)), int(body.get("after") or 0)
    if limit > 200:
        raise Refused(400, "VALIDATION_ERROR", "The limit must be at most 200")
    if after + limit > CEILING:
        raise Refused(400, "VALIDATION_ERROR", f"Paging past {CEILING} results is not supported")
    groups = body.get("filterGroups", [])
    if len(groups) > 5 or any(len(group["filters"]) > 10 for group in groups):
        raise Refused(400, "VALIDATION_ERROR", "Too many filters")
    if len(body.get("sorts", [])) > 1:
        raise Refused(400, "VALIDATION_ERROR", "Only one sort is supported")
    found = _sorted(_found(portal, kind, groups), body.get("sorts", []))
    page = found[after : after + limit]
    results = [_shown(record, state, body.get("properties", []), []) for record, state in page]
    end = after + limit
    more = {"next": {"after": str(end)}} if len(found) > end else None
    return {"total": len(found), "results": results, **({"paging": more} if more else {})}


def _found(
    portal: Portal, kind: str, groups: Sequence[Mapping[str, Any]]
) -> list[tuple[Record, dict[str, str | None]]]:
    until = portal.now - portal.index_lag
    live = (record for record in portal.records[kind].values() if record.archived_at is None)
    known = ((record, record.as_indexed(until)) for record in live)
    return [
        (record, state)
        for record, state in known
        if state is not None
        and (not groups or any(_fits(state, group["filters"]) for group in groups))
    ]


def _fits(state: Mapping[str, str | None], filters: Sequence[Mapping[str, str]]) -> bool:
    for each in filters:
        if each["operator"] not in OPERATORS:
            raise Refused(400, "VALIDATION_ERROR", f"operator {each['operator']} is not known here")
        ours = comparable(state.get(each["propertyName"]))
        if ours is None or not OPERATORS[each["operator"]](ours, int(each["value"])):
            return False
    return True


@lru_cache(maxsize=100_000)
def comparable(value: str | None) -> int | None:
    """Return a property as a number: an instant is milliseconds since 1970."""
    if not value:
        return None
    if value.lstrip("-").isdigit():
        return int(value)
    at = datetime.fromisoformat(value)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _sorted(
    found: list[tuple[Record, dict[str, str | None]]], sorts: Sequence[Any]
) -> list[tuple[Record, dict[str, str | None]]]:
    if not sorts:
        return found
    # Rows that compare equal come in an order of their own: here the newest id first.
    found.sort(key=lambda each: int(each[0].id), reverse=True)
    by = sorts[0] if isinstance(sorts[0], Mapping) else {"propertyName": sorts[0]}
    down = by.get("direction", "ASCENDING") == "DESCENDING"
    found.sort(key=lambda each: comparable(each[1].get(by["propertyName"])) or 0, reverse=down)
    return found


def _batch(
    portal: Portal, kinds: Mapping[str, str], query: Mapping[str, str], body: Mapping[str, Any]
) -> dict[str, Any]:
    histories = body.get("propertiesWithHistory", [])
    asked = [each["id"] for each in body["inputs"]]
    if len(asked) > (50 if histories else 100):
        raise Refused(400, "VALIDATION_ERROR", f"{len(asked)} inputs are too many")
    archived = query.get("archived") == "true"
    there = (portal.records[kinds["k"]].get(key) for key in asked)
    results = [
        _shown(record, record.properties, body.get("properties", []), histories)
        for record in there
        if record is not None and (record.archived_at is not None) is archived
    ]
    return {"status": "COMPLETE", "results": results, **_times(portal)}


def _associations(
    portal: Portal, kinds: Mapping[str, str], _query: Any, body: Mapping[str, Any]
) -> dict[str, Any]:
    kind, to_kind = kinds["k"], kinds["kto"]
    if len(body["inputs"]) > 1000:
        raise Refused(400, "VALIDATION_ERROR", "too many inputs")
    results = []
    for asked in body["inputs"]:
        record = portal.records[kind].get(asked["id"])
        tied = _living(portal, to_kind, record.associated[to_kind]) if record else []
        start = int(asked.get("after") or 0)
        page = tied[start : start + portal.associations_per_page]
        if not page:
            continue
        result: dict[str, Any] = {"from": {"id": asked["id"]}, "to": [_tie(*tie) for tie in page]}
        if len(tied) > start + len(page):
            result["paging"] = {"next": {"after": str(start + len(page)), "link": "?"}}
        results.append(result)
    return {"status": "COMPLETE", "results": results, **_times(portal)}


def _living(
    portal: Portal, kind: str, tied: Sequence[tuple[str, str | None]]
) -> list[tuple[str, str | None]]:
    there = portal.records[kind]
    return [tie for tie in tied if tie[0] in there and there[tie[0]].archived_at is None]


def _tie(key: str, label: str | None) -> dict[str, Any]:
    types = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]
    if label:
        types.append({"category": "HUBSPOT_DEFINED", "typeId": 5, "label": label})
    return {"toObjectId": int(key), "associationTypes": types}


def _times(portal: Portal) -> dict[str, str]:
    return {"startedAt": iso(portal.now), "completedAt": iso(portal.now)}


def _owners(portal: Portal, _kinds: Any, query: Mapping[str, str], _body: Any) -> dict[str, Any]:
    archived = query.get("archived") == "true"
    limit, after = int(query.get("limit", "100")), int(query.get("after", "0"))
    listed = [owner for owner in portal.owners if owner["archived"] is archived]
    more = (
        {"paging": {"next": {"after": str(after + limit)}}} if len(listed) > after + limit else {}
    )
    return {"results": listed[after : after + limit], **more}


def _pipelines(portal: Portal, kinds: Mapping[str, str], *_: Any) -> dict[str, Any]:
    return {"results": portal.pipelines[kinds["k"]]}


def _properties(portal: Portal, kinds: Mapping[str, str], *_: Any) -> dict[str, Any]:
    return {"results": portal.definitions[kinds["k"]]}


def _shown(
    record: Record,
    state: Mapping[str, str | None],
    names: Sequence[str],
    histories: Sequence[str],
) -> dict[str, Any]:
    always = ["hs_object_id", "createdate", modified(record.kind)]
    shown: dict[str, Any] = {
        "id": record.id,
        "properties": {name: state.get(name) for name in dict.fromkeys([*always, *names])},
        "createdAt": iso(record.states[0][0]),
        "updatedAt": state[modified(record.kind)],
        "archived": record.archived_at is not None,
    }
    if record.archived_at is not None:
        shown["archivedAt"] = iso(record.archived_at)
    if histories:
        shown["propertiesWithHistory"] = {name: record.history(name) for name in histories}
    return shown


def _split(names: str) -> list[str]:
    return [name for name in names.split(",") if name]


def _place(what: str, rest: str = "") -> str:
    """Return the pattern of a path: crm/v3/objects/... or crm/objects/2026-03/..."""
    return rf"crm/(?:(?P<v3>v\d)/{what}|{what}/(?P<date>\d{{4}}-\d\d)){rest}"


_KIND = r"/(?P<k>\w+)"
_ROUTES: tuple[tuple[str, str, Callable[..., dict[str, Any]]], ...] = (
    ("GET", r"account-info/(?P<v3>v3)?(?P<date>\d{4}-\d\d)?/details", _account),
    ("POST", _place("objects", rf"{_KIND}/search"), _search),
    ("POST", _place("objects", rf"{_KIND}/batch/read"), _batch),
    ("GET", _place("objects", _KIND), _list),
    ("POST", _place("associations", rf"{_KIND}/(?P<kto>\w+)/batch/read"), _associations),
    ("GET", _place("owners"), _owners),
    ("GET", _place("pipelines", _KIND), _pipelines),
    ("GET", _place("properties", _KIND), _properties),
)
