"""Five stories after what teams write about: each opens a digest, and what was done is followed up.

The company around them is ruled by chance alone, so a story has to stand out of real noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.cli import run
from tests.stories.telling import Action, export, first_paragraph, first_sentence
from tests.stories.world import Twist, World

pytestmark = pytest.mark.long

BEGINS, ACTED, LATER = 56, 60, 69  # weeks: the trouble begins, something is done, it is judged


@dataclass(frozen=True)
class Story:
    """What goes wrong, what the digest's first sentence must name, and what is done about it.

    ``beside`` is what stands right next to that sentence, where two things go wrong at once.
    """

    twist: Twist
    words: tuple[str, ...]
    action: Action
    grain: str = "week"
    beside: tuple[str, ...] = ()


def twist(**what: float | str) -> Twist:
    """Trouble from ``BEGINS`` until something is done."""
    return Twist(begins=BEGINS, ends=ACTED, **what)


STORIES = {
    "recent sign-ups leave": Story(
        twist(newcomers_lost=20.0),
        ("under 90 days", "left"),
        Action("Onboarding calls", "logo_churn_rate", "under 90 days"),
    ),
    "deliveries are late and satisfaction falls": Story(
        twist(late_deliveries=4.0, bad_ratings=2.5),
        ("positive answers",),
        Action("A second carrier", "on_time_delivery_rate"),
        beside=("deliveries on time",),
    ),
    "support is slow and NPS falls": Story(
        twist(slow_replies=2.2, detractors=2.6),
        ("NPS",),
        Action("Two more agents", "first_response_time"),
    ),
    "one plan does not renew": Story(
        twist(not_renewed=8.0, plan="Growth"),
        ("Growth", "renew"),
        Action("Renewal calls", "renewal_rate", "Growth"),
        grain="month",
    ),
    "buyers do not come back": Story(
        twist(repeat_orders=0.3),
        ("order",),
        Action("A voucher", "purchase_frequency"),
    ),
}

Told = Callable[[World], Callable[..., str]]


@pytest.fixture
def told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Told:
    """The command line beside the exports of a world, on the Monday after it."""
    monkeypatch.chdir(tmp_path)

    def at(world: World) -> Callable[..., str]:
        export(tmp_path, world)

        def typed(*arguments: str) -> str:
            capsys.readouterr()
            code = run([*arguments, "--now", world.now.isoformat()])
            out, err = capsys.readouterr()
            assert code == 0, err
            return out

        return typed

    return at


@pytest.mark.parametrize("name", STORIES)
def test_a_story_opens_the_digest_and_its_action_is_followed_up(told: Told, name: str):
    story = STORIES[name]
    world = World(seed=3, weeks=LATER, told=ACTED, twist=story.twist)
    keepwell = told(world)
    keepwell("digest", "--send", "--grain", story.grain)
    digest = keepwell("digest", "--grain", story.grain)
    opening, paragraph = first_sentence(digest), first_paragraph(digest)
    assert all(word.lower() in opening.lower() for word in story.words), opening
    assert all(word in paragraph for word in story.beside), paragraph

    action = story.action
    where = ("--segment", action.segment) if action.segment else ()
    begins = (world.now + timedelta(days=1)).date().isoformat()
    keepwell("actions", "add", action.name, "--kpi", action.kpi, *where, "--from", begins)

    later = told(replace(world, told=LATER))("digest", "--grain", "week")
    assert action.name in later
