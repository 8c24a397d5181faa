"""A Zendesk account of our own: what is in it, and what agents and customers do there.

    account = Account()
    org = account.add_organization(external_id="C01")
    ada = account.add_user(organization_id=org)
    ticket = account.add_ticket(ada)
    account.reply(ticket); account.pass_time(minutes=5); account.solve(ticket)

Everything happens at ``now``, which only ``pass_time`` moves. ``generated_timestamp`` moves with
every change, ``updated_at`` only with those that people make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
METRICS = ("reply_time", "first_resolution_time", "full_resolution_time", "on_hold_time")
AGENT, ADMIN = 900, 901
SOLVED = ("solved", "closed")


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _minutes(value: int | None) -> dict[str, int | None]:
    return {"calendar": value, "business": value}


@dataclass(slots=True)
class Account:
    """Rows by kind and id, as the API shows them."""

    now: datetime = START
    tickets: dict[int, Row] = field(default_factory=dict)
    metrics: dict[int, Row] = field(default_factory=dict)
    users: dict[int, Row] = field(default_factory=dict)
    organizations: dict[int, Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    ratings: dict[int, Row] = field(default_factory=dict)
    responses: dict[str, Row] = field(default_factory=dict)
    surveys: list[Row] = field(default_factory=list)
    calls: dict[int, Row] = field(default_factory=dict)
    schedules: list[Row] = field(default_factory=list)
    deleted_tickets: dict[int, Row] = field(default_factory=dict)
    deleted_users: dict[int, Row] = field(default_factory=dict)
    archived: set[int] = field(default_factory=set)
    changes: int = 0  # grows with each change
    _ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.add_user(id=AGENT, role="agent", name="Agent Ann", email="ann@vendor.example")
        self.add_user(id=ADMIN, role="admin", name="Admin Abe", email="abe@vendor.example")

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    # --- people ----------------------------------------------------------------------------------
    def add_organization(self, **fields: Any) -> int:
        known_as = fields.pop("id", None) or next(self._ids)
        row = {
            "id": known_as,
            "name": f"Organization {known_as}",
            "external_id": None,
            "organization_fields": {},
            "tags": [],
            "created_at": iso(self.now),
            **fields,
        }
        self.organizations[known_as] = self._stamped(row)
        return known_as

    def add_user(self, **fields: Any) -> int:
        known_as = fields.pop("id", None) or next(self._ids)
        row = {
            "id": known_as,
            "name": f"User {known_as}",
            "email": f"user{known_as}@example.com",
            "role": "end-user",
            "organization_id": None,
            "active": True,
            "suspended": False,
            "last_login_at": None,
            "created_at": iso(self.now),
            **fields,
        }
        self.users[known_as] = self._stamped(row)
        return known_as

    def change_user(self, known_as: int, **fields: Any) -> None:
        self.users[known_as] = self._stamped({**self.users[known_as], **fields})

    def change_organization(self, known_as: int, **fields: Any) -> None:
        self.organizations[known_as] = self._stamped({**self.organizations[known_as], **fields})

    def merge_users(self, loser: int, winner: int) -> None:
        """The loser is no longer active, and all its tickets are the winner's."""
        self.change_user(loser, active=False)
        for known_as, ticket in self.tickets.items():
            if ticket["requester_id"] == loser:
                self.change_ticket(known_as, requester_id=winner)

    def delete_user(self, known_as: int) -> None:
        self.change_user(known_as, active=False)
        self.deleted_users[known_as] = dict(self.users[known_as])

    def _stamped(self, row: Row) -> Row:
        stamp = int(self.now.timestamp())
        self.changes += 1
        return {**row, "updated_at": iso(self.now), "generated_timestamp": stamp}

    # --- tickets ---------------------------------------------------------------------------------
    def add_ticket(self, requester: int, **fields: Any) -> int:
        known_as = fields.pop("id", None) or next(self._ids)
        row = {
            "id": known_as,
            "requester_id": requester,
            "submitter_id": requester,
            "assignee_id": AGENT,
            "organization_id": self.users[requester]["organization_id"],
            "subject": f"Question {known_as}",
            "description": "How does it work?",
            "status": "new",
            "priority": "normal",
            "tags": [],
            "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
            "custom_fields": [],
            "satisfaction_rating": {"score": "unoffered"},
            "created_at": iso(self.now),
            **fields,
        }
        self.tickets[known_as] = self._stamped(row)
        names = {f"{name}_in_minutes": _minutes(None) for name in METRICS}
        self.metrics[known_as] = {
            "id": known_as + 10**6,
            "ticket_id": known_as,
            "reopens": 0,
            "replies": 0,
            "solved_at": None,
            "created_at": row["created_at"],
            **names,
        }
        self._tell(known_as, "resolution_time", "activate")
        self._tell(known_as, "reply_time", "activate")
        return known_as

    def change_ticket(self, known_as: int, **fields: Any) -> None:
        self.tickets[known_as] = self._stamped({**self.tickets[known_as], **fields})

    def touch(self, known_as: int) -> None:
        """A system update: it is exported again, and updated_at stays."""
        self.tickets[known_as]["generated_timestamp"] = int(self.now.timestamp())
        self.changes += 1

    def _age(self, known_as: int) -> int:
        created = datetime.fromisoformat(self.tickets[known_as]["created_at"])
        return int((self.now - created).total_seconds() // 60)

    def _tell(self, ticket: int, metric: str, kind: str, instance: int = 1) -> None:
        self.changes += 1
        self.events.append(
            {
                "id": next(self._ids) + 10**9,
                "ticket_id": ticket,
                "metric": metric,
                "instance_id": instance,
                "type": kind,
                "time": iso(self.now),
            }
        )

    def reply(self, known_as: int) -> None:
        """An agent answers in public."""
        metrics = self.metrics[known_as]
        metrics["replies"] += 1
        if metrics["reply_time_in_minutes"]["calendar"] is None:
            metrics["reply_time_in_minutes"] = _minutes(self._age(known_as))
            self._tell(known_as, "reply_time", "fulfill")
        self.change_ticket(known_as, status="pending")

    def solve(self, known_as: int) -> None:
        metrics = self.metrics[known_as]
        if metrics["first_resolution_time_in_minutes"]["calendar"] is None:
            metrics["first_resolution_time_in_minutes"] = _minutes(self._age(known_as))
        metrics["full_resolution_time_in_minutes"] = _minutes(self._age(known_as))
        metrics["solved_at"] = iso(self.now)
        self._tell(known_as, "resolution_time", "fulfill")
        self.change_ticket(known_as, status="solved")

    def reopen(self, known_as: int) -> None:
        self.metrics[known_as]["reopens"] += 1
        self._tell(known_as, "resolution_time", "activate")
        self.change_ticket(known_as, status="open")

    def close(self, known_as: int) -> None:
        self.change_ticket(known_as, status="closed")

    def archive(self, known_as: int) -> None:
        """It leaves the lists, and stays in the export."""
        self.archived.add(known_as)
        self.touch(known_as)

    def merge(self, loser: int, winner: int) -> None:
        tags = [*self.tickets[loser]["tags"], "closed_by_merge"]
        self.solve(loser)
        source = {"from": {"ticket_id": winner}, "to": {}, "rel": "merge"}
        channel = self.tickets[loser]["via"]["channel"]
        via = {"channel": channel, "source": source}
        self.change_ticket(loser, status="closed", tags=tags, via=via)
        self.change_ticket(winner)

    def delete_ticket(self, known_as: int) -> None:
        ticket = self.tickets[known_as]
        self.deleted_tickets[known_as] = {
            "id": known_as,
            "subject": ticket["subject"],
            "actor": {"id": AGENT, "name": "Agent Ann"},
            "deleted_at": f"{self.now:%Y%m%dT%H:%M:%SZ}",
            "previous_state": ticket["status"],
        }
        self.change_ticket(known_as, status="deleted")

    def restore(self, known_as: int) -> None:
        before = self.deleted_tickets.pop(known_as)
        self.change_ticket(known_as, status=before["previous_state"])

    def scrub(self, known_as: int) -> None:
        """Thirty days after it was deleted nothing of its content is left."""
        self.deleted_tickets.pop(known_as, None)
        self.change_ticket(known_as, subject="SCRUBBED", description="SCRUBBED", tags=[])

    # --- voice -----------------------------------------------------------------------------------
    def rate(self, ticket: int, score: str, comment: str | None = None, **fields: Any) -> int:
        """Offer a rating, or answer the offer: ``offered``, ``good``, ``bad``."""
        there = next((one for one in self.ratings.values() if one["ticket_id"] == ticket), None)
        row = there or {"id": next(self._ids), "created_at": iso(self.now)}
        row |= {
            "ticket_id": ticket,
            "requester_id": self.tickets[ticket]["requester_id"],
            "score": score,
            "comment": comment,
            "updated_at": iso(self.now),
            **fields,
        }
        self.ratings[row["id"]] = row
        shown = {"id": row["id"], "score": score, "comment": comment}
        self.change_ticket(ticket, satisfaction_rating=shown)
        return int(row["id"])

    def respond(self, ticket: int, rating: int | None, text: str | None = None) -> str:
        """Answer a survey of the new kind; None skips the rating."""
        question = {"id": "Q1", "type": "rating_scale_emoji", "sub_type": "customer_satisfaction"}
        times = {"created_at": iso(self.now), "updated_at": iso(self.now)}
        rated = {"type": "rating_scale", "rating": rating, "question": question, **times}
        skipped = {"type": "skipped", "question": question, **times}
        answers: list[Row] = [skipped if rating is None else rated]
        if text is not None:
            asked = {"id": "Q2", "type": "open_ended"}
            answers.append({"type": "open_ended", "value": text, "question": asked, **times})
        known_as = f"01R{next(self._ids):05}"
        self.responses[known_as] = {
            "id": known_as,
            "responder_id": self.tickets[ticket]["requester_id"],
            "subjects": [{"id": str(ticket), "type": "ticket", "zrn": f"zen:ticket:{ticket}"}],
            "subject_zrns": [f"zen:ticket:{ticket}"],
            "survey": {"id": "S1", "version": 1, "state": "enabled"},
            "answers": answers,
            "expires_at": iso(self.now + timedelta(days=28)),
        }
        return known_as

    def add_survey(self, points: int) -> None:
        options = [{"rating": rating} for rating in range(1, points + 1)]
        question = {"id": "Q1", "sub_type": "customer_satisfaction", "options": options}
        self.surveys.append(
            {
                "id": "S1",
                "version": 1,
                "state": "enabled",
                "questions": [question, {"id": "Q2", "type": "open_ended"}],
                "created_at": iso(self.now),
                "updated_at": iso(self.now),
            }
        )

    def add_call(self, **fields: Any) -> int:
        known_as = next(self._ids)
        row = {
            "id": known_as,
            "direction": "inbound",
            "completion_status": "completed",
            "agent_id": AGENT,
            "talk_time": 120,
            "hold_time": 10,
            "wrap_up_time": 20,
            "wait_time": 8,
            "time_to_answer": 9,
            "voicemail": False,
            "created_at": iso(self.now),
            **fields,
        }
        self.calls[known_as] = self._stamped(row)
        return known_as
