"""A Salesforce of our own over real HTTP: SOQL, locators, large orders, a log of what was deleted.

    with Salesforce() as salesforce:
        acme = salesforce.org.add("Account", Name="Acme")
        salesforce.order("query_all", instead(503), times=2)
        ... point a client at salesforce.base_url with salesforce.client ...

Routes: token, query, query_all, more, describe, deleted, job, job_state, job_rows.
"""

from __future__ import annotations

import csv
import json
import time
from base64 import urlsafe_b64decode
from copy import deepcopy
from datetime import datetime, timedelta
from email.utils import format_datetime
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

from tests.doubles.faults import Reply
from tests.doubles.salesforce_org import Org, Row, iso
from tests.doubles.salesforce_soql import Question, Unfit, read
from tests.doubles.web import Asked, Web, route

HOME = "/services/data/v63.0"
ROWS_OF_A_PAGE, ROWS_OF_A_PART = 2_000, 50_000
REACH = timedelta(days=30)
LOGIN, GOOD_FOR_S = "https://login.salesforce.com", 180  # of an assertion


def no(status: int, code: str, said: str) -> Reply:
    """An error the way Salesforce tells it: a list of one."""
    return Reply([{"message": said, "errorCode": code}], status)


class Salesforce(Web):
    """The org with its door. ``page`` is how many rows an answer gives at most."""

    def __init__(self, org: Org | None = None, page: int = ROWS_OF_A_PAGE) -> None:
        super().__init__()
        self.org = org or Org()
        self.page, self.part = page, ROWS_OF_A_PART
        self.client = ("keepwell", "sf-client-secret")
        self.key: Any = None  # the public key of the app's certificate, and its user
        self.user = "ops@acme.example"
        self.clock_is_ahead_s = 0  # of ours, when it looks at an assertion
        self.access: list[str] = []  # tokens that are good
        self.tokens = 0
        self.locators: dict[str, tuple[Question, list[Row]]] = {}
        self.questions = 0
        self.jobs: dict[str, tuple[Question, list[Row]]] = {}
        self.polls: dict[str, int] = {}
        self.job_ends = "JobComplete"
        self.most_deleted = 600_000  # ids that one answer of the log may have

    def expire(self) -> None:
        """Let every token run out."""
        self.access.clear()

    def refuses(self, asked: Asked) -> Reply | None:
        """Return the answer to a token that is none."""
        who = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if asked.route == "token" or who in self.access:
            return None
        return no(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def _done(self, asked: Asked) -> Reply:
        reply = super()._done(asked)
        there = {"Date": format_datetime(self.org.now.replace(microsecond=0), usegmt=True)}
        there["Sforce-Limit-Info"] = f"api-usage={len(self.requests)}/100000"
        return Reply(reply.data, reply.status, {**there, **reply.headers}, reply.body, reply.ends)

    @route("POST", "/services/oauth2/token")
    def token(self, asked: Asked) -> Any:
        said = dict(parse_qsl(asked.body.decode()))
        if not self._is_known(said):
            told = {"error": "invalid_client", "error_description": "invalid client credentials"}
            return Reply(told, 400)
        self.tokens += 1
        self.access.append(f"00D-sf-access-token-{self.tokens}")
        return {"access_token": self.access[-1], "instance_url": self.base_url, "scope": "api"}

    def _is_known(self, said: dict[str, str]) -> bool:
        if said["grant_type"] == "client_credentials":
            return (said["client_id"], said["client_secret"]) == self.client
        head, claims, signature = said["assertion"].split(".")
        told = json.loads(_unpacked(claims))
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        content = f"{head}.{claims}".encode()
        self.key.verify(_unpacked(signature), content, padding.PKCS1v15(), hashes.SHA256())
        lasts_s = told["exp"] - (time.time() + self.clock_is_ahead_s)
        says = (told["iss"], told["sub"], told["aud"])
        return says == (self.client[0], self.user, LOGIN) and 0 < lasts_s <= GOOD_FOR_S

    @route("GET", f"{HOME}/sobjects/{{sobject}}/describe")
    def describe(self, asked: Asked) -> Any:
        sobject = asked.part["sobject"]
        if sobject in self.org.forbidden or sobject not in self.org.fields:
            return no(404, "NOT_FOUND", "The requested resource does not exist")
        fields = self.org.described(sobject)
        return {"name": sobject, "fields": fields, "replicateable": True, "queryable": True}

    @route("GET", f"{HOME}/query")
    def query(self, asked: Asked) -> Any:
        return self._first(asked.query["q"], with_deleted=False)

    @route("GET", f"{HOME}/queryAll")
    def query_all(self, asked: Asked) -> Any:
        return self._first(asked.query["q"], with_deleted=True)

    @route("GET", f"{HOME}/query/{{locator}}")
    def more(self, asked: Asked) -> Any:
        known_as, _, at = asked.part["locator"].rpartition("-")
        if known_as not in self.locators:
            return no(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(known_as, int(at))

    def _first(self, text: str, *, with_deleted: bool) -> Any:
        try:
            question = read(text, self.org)
        except Unfit as error:
            return no(400, error.code, str(error))
        rows = question.rows(self.org, with_deleted=with_deleted)
        if question.counts:
            return {"totalSize": len(rows), "done": True, "records": []}
        known_as = f"01g{self.questions:012d}"
        self.questions += 1
        self.locators[known_as] = question, deepcopy(rows)
        return self._page(known_as, 0)

    def _page(self, known_as: str, at: int) -> Any:
        question, rows = self.locators[known_as]
        found = [question.nested(row) for row in rows[at : at + self.page]]
        answer = {"totalSize": len(rows), "done": at + self.page >= len(rows), "records": found}
        if not answer["done"]:
            answer["nextRecordsUrl"] = f"{HOME}/query/{known_as}-{at + self.page}"
        return answer

    @route("GET", f"{HOME}/sobjects/{{sobject}}/deleted/")
    def deleted(self, asked: Asked) -> Any:
        start, end = (datetime.fromisoformat(asked.query[name]) for name in ("start", "end"))
        if start < self.org.now - REACH or end - start < timedelta(minutes=1):
            return no(400, "INVALID_REPLICATION_DATE", "startDate is out of reach")
        covered = min(end, self.org.now)
        log = self.org.log[asked.part["sobject"]]
        found = [{"id": key, "deletedDate": iso(at)} for key, at in log if start <= at < covered]
        if len(found) > self.most_deleted:
            return no(400, "EXCEEDED_ID_LIMIT", "too many ids: narrow the range")
        return {
            "deletedRecords": found,
            "earliestDateAvailable": iso(self.org.now - REACH),
            "latestDateCovered": iso(covered),
        }

    @route("POST", f"{HOME}/jobs/query")
    def job(self, asked: Asked) -> Any:
        said = asked.json()
        try:
            question = read(said["query"], self.org)
        except Unfit as error:
            return no(400, error.code, str(error))
        rows = question.rows(self.org, with_deleted=said["operation"] == "queryAll")
        known_as = f"750{len(self.jobs):012d}"
        self.jobs[known_as], self.polls[known_as] = (question, deepcopy(rows)), 0
        return {"id": known_as, "state": "UploadComplete", "operation": said["operation"]}

    @route("GET", f"{HOME}/jobs/query/{{number}}")
    def job_state(self, asked: Asked) -> Any:
        number = asked.part["number"]
        if number not in self.jobs:
            return no(404, "NOT_FOUND", "The requested resource does not exist")
        self.polls[number] += 1
        state = "InProgress" if self.polls[number] == 1 else self.job_ends
        count = len(self.jobs[number][1])
        return {"id": number, "state": state, "numberRecordsProcessed": count}

    @route("GET", f"{HOME}/jobs/query/{{number}}/results")
    def job_rows(self, asked: Asked) -> Reply:
        question, rows = self.jobs[asked.part["number"]]
        at, most = int(asked.query.get("locator", 0)), int(asked.query["maxRecords"])
        end = at + min(most, self.part)
        text = StringIO()
        out = csv.DictWriter(text, question.fields, lineterminator="\n", quoting=csv.QUOTE_ALL)
        out.writeheader()
        out.writerows(question.flat(row) for row in rows[at:end])
        headers = {
            "Content-Type": "text/csv",
            "Sforce-Locator": str(end) if end < len(rows) else "null",
            "Sforce-NumberOfRecords": str(len(rows[at:end])),
        }
        return Reply(None, 200, headers, text.getvalue().encode())


def _unpacked(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
