"""Whom is a digest due to, week after week, and what has arrived? A small company and its doubles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks.errors import StoreUnavailable
from tasks.store import Entry, State, Store, entries, open_store
from tests.flows.peers import Peers, peers
from tests.flows.small import CONFIG, CUSTOMERS, VERSIONS

FIRST = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)  # a Monday, 08:00 in New York: week 9 is due
TO = ("email:ana@acme.example", "email:bo@acme.example", "slack:#weekly")


@dataclass(frozen=True, slots=True)
class Company:
    """A company in a folder; its digests go to two mailboxes and a channel."""

    config: Path
    there: Peers
    store_url: str

    def now(self, week: int) -> datetime:
        """The Monday morning on which the digest of a week is due."""
        return FIRST + timedelta(weeks=week)

    def store(self) -> Store:
        return open_store(self.store_url)

    def posted(self) -> tuple[Entry, ...]:
        with self.store() as store:
            return entries(store)

    def is_done(self, weeks: int) -> bool:
        """Whether every digest of the first ``weeks`` weeks is in the outbox and receipted."""
        try:
            every = self.posted()
        except StoreUnavailable:  # it is what is being killed
            return False
        sent = [one for one in every if one.kind == "digest" and one.state is State.SENT]
        return len(sent) >= weeks * len(TO)

    def export(self, week: int) -> None:
        """Bring something new about a week: what is weeks old is held back."""
        path = self.config.parent / "exports" / "subscription_versions.csv"
        at = (self.now(week) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        row = f"n{week},sn{week},c1,seats,active,{at},,1,1,USD,month,1,0,,\n"
        unfinished = path.with_suffix(".new")
        unfinished.write_text(path.read_text("utf-8") + row, encoding="utf-8")
        unfinished.replace(path)

    def arrived(self) -> Counter[str]:
        """How often each thing arrived: each mail by its id, each part of a message in Slack."""
        mails = self.there.mail.by_message_id()
        parts = self.there.slack.visible()
        return Counter({**mails, **{"/".join(key): count for key, count in parts.items()}})

    def wrongs(self, weeks: int) -> list[str]:
        """What is not as it must be when everything has come to rest."""
        twice = [
            f"{what} arrived {count} times" for what, count in self.arrived().items() if count > 1
        ]
        every = self.posted()
        open_ = [
            f"{one.to} of {one.period} is {one.state}" for one in every if one.state != State.SENT
        ]
        digests = Counter(one.to for one in every if one.kind == "digest")
        missing = [f"{to}: {digests[to]} digests, not {weeks}" for to in TO if digests[to] != weeks]
        mails = len(self.there.mail.mails)
        posts = len(self.there.slack.messages("#weekly"))
        due = Counter(one.channel for one in every)
        counts = [f"{mails} mails for {due['email']}"] if mails != due["email"] else []
        counts += [f"{posts} messages for {due['slack']}"] if posts != due["slack"] else []
        return [*twice, *open_, *missing, *counts]


@contextmanager
def company(folder: Path, store_url: str, more: str = "") -> Iterator[Company]:
    """Give the company with its mailboxes and its Slack, its store at ``store_url``.

    ``more`` is what else its configuration says.
    """
    exports = folder / "exports"
    exports.mkdir(parents=True)
    (exports / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (exports / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    path = folder / "keepwell.yaml"
    with peers() as there:
        kept = CONFIG.replace("sqlite:///keepwell.db", store_url)
        there.configure(path, ", ".join(f'"{one}"' for one in TO), company=more + kept)
        yield Company(path, there, store_url)
