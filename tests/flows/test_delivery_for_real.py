"""A digest on its way: to a mail server with STARTTLS and a login, and to Slack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from re import findall

import pytest

from flows.cli import run
from tasks.sample import CONFIGURATION, write_company
from tests.doubles.slack_faults import refused
from tests.flows.peers import Peers, peers
from tests.flows.small import CONFIG, Keepwell

ANA, BO, WEEKLY = '"email:ana@acme.example"', '"email:bo@acme.example"', '"slack:#weekly"'


@pytest.fixture
def there() -> Iterator[Peers]:
    with peers() as both:
        yield both


@pytest.fixture
def asked(company: Path, there: Peers) -> Callable[..., None]:
    """Let the small company's digest go to somebody."""

    def asked(*to: str) -> None:
        there.configure(company / "keepwell.yaml", ", ".join(to), company=CONFIG)

    return asked


def mails(there: Peers) -> dict[str, int]:
    """How many mails each person got."""
    return {name: len(there.mail.delivered(f"{name}@acme.example")) for name in ("ana", "bo")}


def test_everybody_gets_it_once_however_often_it_is_sent(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers
) -> None:
    asked(ANA, BO, WEEKLY)
    assert [keepwell("digest", "--send")[0] for _ in range(3)] == [0, 0, 0]
    assert mails(there) == {"ana": 1, "bo": 1}
    assert set(there.slack.visible().values()) == {1}
    assert len(there.slack.messages("#weekly")) == 1


def test_an_address_that_does_not_exist_costs_the_others_nothing(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers
) -> None:
    asked(ANA, BO, WEEKLY)
    there.mail.answer("RCPT", "550 5.1.1 no such user", about="bo@acme.example")
    codes = []
    for _ in range(2):
        code, _, err = keepwell("digest", "--send")
        codes.append(code)
        assert "email:bo@acme.example has not got it (refused)" in err
        assert "550" in err
    assert codes == [3, 3]
    assert mails(there) == {"ana": 1, "bo": 0}
    assert len(there.slack.messages("#weekly")) == 1
    there.mail.calm()
    assert keepwell("outbox", "retry", "--all")[0] == 0
    assert keepwell("digest", "--send")[0] == 0
    assert mails(there) == {"ana": 1, "bo": 1}


def test_numbers_that_changed_meanwhile_are_not_in_the_rest_of_the_messages(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers, company: Path
) -> None:
    asked(ANA, BO)
    there.mail.answer("RCPT", "550 5.1.1 no such user", about="bo@acme.example")
    keepwell("digest", "--send")
    there.mail.calm()
    versions = company / "exports" / "subscription_versions.csv"
    versions.write_text(versions.read_text("utf-8").replace(",100,1,", ",900,1,"), "utf-8")
    keepwell("outbox", "retry", "--all")
    first, second = (there.mail.delivered(f"{name}@acme.example")[0] for name in ("ana", "bo"))
    assert text_of(first.mail) == text_of(second.mail)


def test_a_channel_the_app_was_not_invited_to_is_one_clear_line(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers
) -> None:
    there.slack.add_channel("secret", member=False)
    asked(ANA, '"slack:#secret"')
    code, _, err = keepwell("digest", "--send")
    (line,) = [line for line in err.splitlines() if "#secret" in line]
    assert code == 3
    assert "/invite @Keepwell" in line
    assert mails(there)["ana"] == 1


def test_a_token_that_was_revoked_waits_for_a_person_and_the_next_send_needs_no_retry(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers
) -> None:
    asked(ANA, WEEKLY)
    there.slack.tokens[there.slack.token].refused_as = "token_revoked"
    code, _, err = keepwell("digest", "--send")
    assert code == 3
    assert "slack:#weekly has not got it (waiting)" in err
    assert there.slack.token not in err
    there.slack.tokens[there.slack.token].refused_as = ""
    assert keepwell("digest", "--send")[0] == 0
    assert len(there.slack.messages("#weekly")) == 1


def test_one_mailbox_and_one_channel_written_in_several_ways_get_one_message_each(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers
) -> None:
    asked(ANA, '"email:Ana@Acme.example"', WEEKLY, '"slack:weekly"', '"slack:#Weekly"')
    assert keepwell("digest", "--send")[0] == 0
    assert mails(there)["ana"] == 1
    assert len(there.slack.messages("#weekly")) == 1


def test_operators_hear_once_of_all_messages_that_wait_for_a_channel(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers, company: Path
) -> None:
    there.slack.add_channel("second")
    asked(WEEKLY, '"slack:#second"')
    path = company / "keepwell.yaml"
    path.write_text(path.read_text("utf-8") + f"operators: {{to: [{ANA}]}}\n", "utf-8")
    there.slack.tokens[there.slack.token].refused_as = "token_revoked"
    assert keepwell("digest", "--send")[0] == 3
    (notice,) = there.mail.delivered("ana@acme.example")
    assert "2 messages by slack" in text_of(notice.mail)
    assert "keepwell outbox retry 1 2" in text_of(notice.mail)


def test_a_slack_that_says_no_for_a_moment_is_waited_for(
    keepwell: Keepwell, asked: Callable[..., None], there: Peers
) -> None:
    asked(WEEKLY)
    there.slack.order("chat.postMessage", refused("internal_error"))
    assert keepwell("digest", "--send")[0] == 0
    assert set(there.slack.visible().values()) == {1}


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_the_sample_company_reads_its_week_in_the_mail_and_in_slack(
    tmp_path: Path, there: Peers, capsys: pytest.CaptureFixture[str]
) -> None:
    company = write_company(tmp_path)
    sample = CONFIGURATION.read_text("utf-8")
    there.configure(company.configuration, f"{ANA}, {WEEKLY}", company=sample)
    now: datetime = company.now
    command = ["digest", "--send", "--config", str(company.configuration)]
    assert run([*command, "--now", now.isoformat()]) == 0
    assert "Week 47" in capsys.readouterr().out
    (delivered,) = there.mail.delivered("ana@acme.example")
    html = delivered.mail.get_body(("html",))
    pictures = [
        part["Content-ID"].strip("<>") for part in delivered.mail.walk() if part["Content-ID"]
    ]
    assert "5 of 61 customers in Starter/EMEA left" in text_of(delivered.mail)
    assert isinstance(html, EmailMessage)
    assert findall(r'src="cid:([^"]+)"', html.get_content()) == pictures
    assert len(pictures) >= 1
    (message,) = there.slack.messages("#weekly")
    replies = there.slack.thread("#weekly")
    said = str([message.blocks, *(reply.blocks for reply in replies)])
    assert "5 of 61 customers in Starter/EMEA left" in said
    assert [reply.thread_ts for reply in replies] == [message.ts] * len(replies)
    assert sum(len(one.pictures) for one in [message, *replies]) == len(pictures)
    assert [one.obeyed for one in [message, *replies]] == [[]] * (len(replies) + 1)
