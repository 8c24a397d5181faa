"""A session that never really waits, and a vendor with things to ask for."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import SecretStr

from tasks.connectors.auth import bearer
from tasks.connectors.http import Api, Patience, Rate, Session, World
from tests.doubles.web import Web, route

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "pat-na1-secret-0123456789"


class Slept:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1_000.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.at += seconds

    def world(self, dice: float = 1.0) -> World:
        return World(lambda: self.at, self.sleep, lambda: dice, lambda: NOW)


class Shop(Web):
    """Answers /things with one row, and whatever it is told to."""

    @route("GET", "/things")
    def things(self, asked):
        return {"results": [{"id": "1", "note": "x" * 3000}], "asked": dict(asked.query)}

    @route("POST", "/search")
    def search(self, asked):
        return {"results": [asked.json()]}


def session(web: Web, slept: Slept | None = None, **more) -> Session:
    """Return a session with ``web`` whose pauses are only counted."""
    return at_address(web.base_url, slept, **more)


def at_address(base_url: str, slept: Slept | None = None, **more) -> Session:
    about = {
        "source": "crm",
        "base_url": base_url,
        "auth": bearer(SecretStr(SECRET)),
        "rates": {"": Rate(100_000, 1)},
        "patience": Patience(total_s=300, tries=6),
        **more,
    }
    return Session(Api(**about), (slept or Slept()).world())
