"""One incident from its first hour to its end: told once each, by mail and in Slack's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from flows.cli import run
from tests.flows.leaving import leave, write
from tests.flows.peers import Peers, peers

pytestmark = pytest.mark.long

FIVE = ("S01", "S02", "S03", "S04", "S05")
ALERTS = 'alerts: {mode: live, to: ["email:ana@acme.example", "slack:#weekly"]}\n'
OPERATORS = 'operators: {to: ["email:ops@acme.example"]}\n'
Watch = Callable[..., int]


@pytest.fixture
def there() -> Iterator[Peers]:
    with peers() as both:
        yield both


@pytest.fixture
def company(tmp_path: Path, there: Peers) -> Path:
    """A company of calm weeks, whose alerts go to Ana and to a channel."""
    write(tmp_path)
    path = tmp_path / "keepwell.yaml"
    path.write_text(path.read_text("utf-8") + ALERTS + OPERATORS + there.channels(), "utf-8")
    return tmp_path


@pytest.fixture
def watch(company: Path, capsys: pytest.CaptureFixture[str]) -> Watch:
    """`keepwell watch --send` at a moment, when these customers were known to have left."""

    def watched(moment: str, *left: str) -> int:
        leave(company, *left, known=datetime.fromisoformat(moment))
        command = ["watch", "--send", "--config", str(company / "keepwell.yaml"), "--now", moment]
        code = run(command)
        capsys.readouterr()
        return code

    return watched


def mails(there: Peers, name: str = "ana") -> list[EmailMessage]:
    return [one.mail for one in there.mail.delivered(f"{name}@acme.example")]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return " ".join(str(body.get_content()).split())


def test_a_cancellation_is_pushed_within_two_hours_and_never_again(
    watch: Watch, there: Peers
) -> None:
    assert watch("2026-11-25T14:30:00Z") == 0  # 09:30 in New York
    assert mails(there) == []
    assert watch("2026-11-25T16:30:00Z", *FIVE) == 0  # they left at 10:07, it is 11:30
    (alert,) = mails(there)
    said = text_of(alert)
    assert "5 of 49 customers left in the 7 days to 25 November" in said
    assert all(f"Shop {one} $100" in said for one in FIVE)
    (message,) = there.slack.messages("#weekly")
    for later in ("2026-11-25T17:30:00Z", "2026-11-26T12:30:00Z", "2026-11-30T13:30:00Z"):
        assert watch(later, *FIVE) == 0
    assert len(mails(there)) == 1
    assert there.slack.messages("#weekly") == [message]


def test_its_end_is_told_once_where_it_began(watch: Watch, there: Peers) -> None:
    watch("2026-11-25T16:30:00Z", *FIVE)
    (alert,) = there.slack.messages("#weekly")
    before = len(there.slack.thread("#weekly"))
    for day in ("03", "07", "10", "11", "14", "21"):
        assert watch(f"2026-12-{day}T13:30:00Z", *FIVE) == 0
    (begin, end) = mails(there)
    assert "Back in its usual range for two weeks" in text_of(end)
    assert end["In-Reply-To"] == end["References"] == begin["Message-ID"]
    assert there.slack.messages("#weekly") == [alert]
    replies = there.slack.thread("#weekly")[before:]
    assert {one.thread_ts for one in replies} == {alert.ts}
    assert "Back in its usual range" in str(replies[0].blocks)


def test_what_gets_worse_is_told_once_more(watch: Watch, there: Peers) -> None:
    worse = tuple(f"S{number:02}" for number in range(1, 13))
    watch("2026-11-25T16:30:00Z", *FIVE)
    watch("2026-11-25T17:30:00Z", *worse)
    watch("2026-11-25T18:30:00Z", *worse, "S13")
    first, second = mails(there)
    assert "5 of 49 customers left" in text_of(first)
    assert "12 of 49 customers left" in text_of(second)
    assert str(second["Subject"]).count("Worse") == 1
    assert second["In-Reply-To"] == first["Message-ID"]
    assert len(there.slack.messages("#weekly")) == 1


def test_who_never_left_is_corrected(watch: Watch, there: Peers) -> None:
    watch("2026-11-25T16:30:00Z", *FIVE)
    watch("2026-11-26T12:30:00Z")
    (_, corrected) = mails(there)
    assert "no longer holds" in text_of(corrected)
    watch("2026-11-26T13:30:00Z")
    assert len(mails(there)) == 2


def test_a_correction_of_days_ago_corrects_the_alert(watch: Watch, there: Peers) -> None:
    for moment in ("25T16", "26T12", "27T12"):
        watch(f"2026-11-{moment}:30:00Z", *FIVE)
    watch("2026-11-28T12:30:00Z")
    (_, corrected) = mails(there)
    assert "no longer holds" in text_of(corrected)


def test_on_trial_operators_see_it_and_people_do_not(
    watch: Watch, there: Peers, company: Path
) -> None:
    path = company / "keepwell.yaml"
    path.write_text(path.read_text("utf-8").replace("mode: live", "mode: shadow"), "utf-8")
    watch("2026-11-25T16:30:00Z", *FIVE)
    watch("2026-11-25T17:30:00Z", *FIVE)
    assert mails(there) == []
    (shown,) = mails(there, "ops")
    assert "5 of 49 customers left" in text_of(shown)
    path.write_text(path.read_text("utf-8").replace("mode: shadow", "mode: live"), "utf-8")
    watch("2026-11-25T18:30:00Z", *FIVE)
    (told,) = mails(there)
    assert "on trial" not in text_of(told)
