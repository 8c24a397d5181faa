"""The sample company at a HubSpot and a Zendesk of our own, as a program for others to talk to.

    python -m tests.doubles.live FOLDER --now 2026-11-22T12:10:00+00:00

FOLDER has the company's exports. Once both vendors are open, one line of JSON on stdout says where
they are, what opens them, how fast they may be asked, and how many rows they hold. Each line on
stdin is answered by a line that says what they did so far. It ends when its stdin does.

They are no easy vendors: both have limits, which others use too; on the way a token runs out, an
answer is cut, one comes as a web page, rows change while they are read, and both are down for a
moment.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.doubles.faults import HALF, half_a_gzip, instead, web_page
from tests.doubles.hubspot import HubSpot, throttled
from tests.doubles.live_counts import Counted
from tests.doubles.sample_company import Exports
from tests.doubles.sample_hubspot import hubspot_of
from tests.doubles.sample_zendesk import zendesk_of
from tests.doubles.zendesk import Zendesk

HUBSPOT, ZENDESK = "HubSpot", "Zendesk"
TEN, MINUTE = 10, 60
HUBSPOT_CALLS, HUBSPOT_SEARCHES = 190, 4  # in ten seconds, in one: what its paid plans allow
ZENDESK_EXPORTS, ZENDESK_REQUESTS = 10, 200  # a minute: what its smaller plans allow
TOUCHED = 25  # tickets that change while they are read
TAKEN_BY_OTHERS = 1  # of the searches: nobody tells a client about that


class LiveHubSpot(Counted, HubSpot):
    """HubSpot, counted; its seconds are ``hurry`` times as fast as ours."""

    def __init__(self, exports: Exports, now: datetime, hurry: float) -> None:
        super().__init__(hubspot_of(exports, now))
        self.limits[0] = replace(
            self.limits[0], calls=HUBSPOT_CALLS, seconds=TEN / hurry, headers=self._left
        )
        self._hurry = hurry
        self.limit_searches(HUBSPOT_SEARCHES - TAKEN_BY_OTHERS, 1 / hurry)
        self.order("search", throttled(), skip=1)
        self.order("listed", HALF, skip=3)
        self.order("associations", instead(502), skip=2)
        self.order("listed", web_page, skip=5)

    def _left(self, left: int, _resets: float) -> dict[str, str]:
        return {
            "X-HubSpot-RateLimit-Remaining": str(left),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(round(TEN * 1000 / self._hurry)),
        }

    @property
    def hello(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "token": self.token,
            "holds": {kind: len(records) for kind, records in self.portal.records.items()}
            | {"owners": len(self.portal.owners)},
        }


class LiveZendesk(Counted, Zendesk):
    """Zendesk, counted; its minutes are ``hurry`` times as fast as ours."""

    def __init__(self, exports: Exports, now: datetime, hurry: float, page: int) -> None:
        super().__init__(zendesk_of(exports, now), page)
        self.limit(ZENDESK_EXPORTS, ZENDESK_REQUESTS, MINUTE / hurry)
        self.order("tickets", instead(503, Retry_After="1"), skip=2)
        self.order("responses", instead(429, Retry_After="1"), skip=1)
        self.order("responses", half_a_gzip, skip=2)
        self.at("answered", "tickets", lambda _asked: self._go_on())
        self._answered_tickets = 0

    def _go_on(self) -> None:
        """After the second page the token runs out, and rows of the first one are touched."""
        self._answered_tickets += 1
        if self._answered_tickets == 2:
            with self.lock:
                self.expire()
                self.account.pass_time(minutes=2)
                for known_as in list(self.account.tickets)[:TOUCHED]:
                    self.account.touch(known_as)
                self.account.pass_time(minutes=2)
                self.changed += TOUCHED

    @property
    def hello(self) -> dict[str, Any]:
        account, (client, secret) = self.account, self.client
        return {
            "base_url": self.base_url,
            "client_id": client,
            "client_secret": secret,
            "holds": {
                "tickets": len(account.tickets),
                "users": len(account.users),
                "organizations": len(account.organizations),
                "survey responses": len(account.responses),
            },
        }


def rates(hurry: Mapping[str, float]) -> dict[str, Any]:
    """How fast a client may ask, as the connectors' settings put it."""
    return {
        HUBSPOT: {
            "calls_per_10s": round(HUBSPOT_CALLS * hurry[HUBSPOT]),
            "searches_per_s": round(HUBSPOT_SEARCHES * hurry[HUBSPOT]),
        },
        ZENDESK: {
            "exports_per_minute": round(ZENDESK_EXPORTS * hurry[ZENDESK]),
            "requests_per_minute": round(ZENDESK_REQUESTS * hurry[ZENDESK]),
        },
    }


def main(arguments: list[str] | None = None) -> None:
    asked = _asked(arguments)
    exports, hurry = Exports(asked.folder), {HUBSPOT: asked.hubspot, ZENDESK: asked.zendesk}
    with (
        LiveHubSpot(exports, asked.now, asked.hubspot) as hubspot,
        LiveZendesk(exports, asked.now, asked.zendesk, asked.page) as zendesk,
    ):
        vendors = {HUBSPOT: hubspot, ZENDESK: zendesk}
        pace = rates(hurry)
        _say({name: {**one.hello, "rates": pace[name]} for name, one in vendors.items()})
        for _line in sys.stdin:
            _say({name: one.deeds for name, one in vendors.items()})


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--hubspot", type=float, default=5, help="how fast its seconds are")
    parser.add_argument("--zendesk", type=float, default=20, help="how fast its minutes are")
    parser.add_argument("--page", type=int, default=1000, help="rows of an export at most")
    return parser.parse_args(arguments)


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
