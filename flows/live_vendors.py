"""Where do a HubSpot and a Zendesk come from? From a program of the checkout, on this machine.

It is a program of its own because vendors are: nothing but HTTP goes between them and us, and our
tests' doubles are no part of what is installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import IO, Any, cast

from tasks.errors import Stop, WrongUse

CHECKOUT = Path(__file__).parents[1]
PROGRAM = Path("tests", "doubles", "live.py")
MODULE = "tests.doubles.live"
CRM, DESK = "HubSpot", "Zendesk"  # what the program calls them, and the sources, too
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class HubSpotPlace:
    """Where the pretended HubSpot is, what opens it, and how fast it may be asked."""

    base_url: str
    token: str
    calls_per_10s: int
    searches_per_s: int


@dataclass(frozen=True, slots=True)
class ZendeskPlace:
    """Where the pretended Zendesk is, what opens it, and how fast it may be asked."""

    base_url: str
    client_id: str
    client_secret: str
    exports_per_minute: int
    requests_per_minute: int


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a vendor did: ``requests`` it got, and how it made the reading of them hard.

    ``throttled``: refused as too fast. ``expired``: refused for a token that had run out.
    ``failed``: broken down. ``cut``: half an answer. ``web_page``: a page for people.
    ``changed``: so many rows changed while they were read. ``waited_s``: for so long some question
    waited for the vendor's limit.
    """

    requests: int = 0
    throttled: int = 0
    expired: int = 0
    failed: int = 0
    cut: int = 0
    web_page: int = 0
    changed: int = 0
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Vendors:
    """Both vendors, open; ``holds`` is how many rows of what each of them has."""

    hubspot: HubSpotPlace
    zendesk: ZendeskPlace
    holds: Mapping[str, Mapping[str, int]]
    questions: IO[str]
    answers: IO[str]
    turn: Lock = field(default_factory=Lock, compare=False)  # a question, then its answer

    def deeds(self) -> dict[str, Deeds]:
        """Return what each vendor did so far; raise ``Stop`` where they are gone."""
        with self.turn:
            with suppress(BrokenPipeError):  # then there is no answer either
                self.questions.write("deeds\n")
                self.questions.flush()
            return {name: Deeds(**did) for name, did in _line(self.answers).items()}


def checkout_of(folder: Path = CHECKOUT) -> Path:
    """Return the checkout in ``folder``; raise ``WrongUse`` where there is none."""
    if not (folder / PROGRAM).is_file():
        raise WrongUse(
            "demo --live needs the pretended vendors, which are not installed with Keepwell.",
            where=f"They would be in {folder / PROGRAM}.",
            todo="Run it in a checkout of Keepwell's sources, or 'keepwell demo' without --live.",
        )
    return folder


@contextmanager
def open_vendors(checkout: Path, company: Path, now: datetime, *more: str) -> Iterator[Vendors]:
    """Give vendors that hold the sample company in the folder ``company``; they end with the block.

    ``more`` goes to the program. Raises ``Stop`` where it ends before the vendors are open.
    """
    command = [sys.executable, "-m", MODULE, str(company.absolute()), "--now", now.isoformat()]
    process = subprocess.Popen(  # noqa: S603 - our own Python, our own arguments
        [*command, *more],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is ours: it ends when we close its stdin
    )
    with process:
        questions, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        try:
            yield _opened(_line(answers), questions, answers)
        finally:
            with suppress(BrokenPipeError):
                questions.close()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _opened(said: Mapping[str, Any], questions: IO[str], answers: IO[str]) -> Vendors:
    holds = {name: place.pop("holds") for name, place in said.items()}
    flat = {name: {**place.pop("rates"), **place} for name, place in said.items()}
    hubspot, zendesk = HubSpotPlace(**flat[CRM]), ZendeskPlace(**flat[DESK])
    return Vendors(hubspot, zendesk, holds, questions, answers)


def _line(answers: IO[str]) -> dict[str, Any]:
    line = answers.readline()
    if not line:
        raise Stop(
            "the program with the pretended vendors ended.",
            todo="What it said stands above; run the command again.",
        )
    return cast("dict[str, Any]", json.loads(line))
