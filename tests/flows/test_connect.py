"""`keepwell check --connect`: everybody is looked for on real servers, and nobody gets anything."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from tests.doubles.slack import Slack
from tests.doubles.smtp import MailServer
from tests.flows.small import CONFIG, Keepwell


def mailing(company: Path, port: int, *people: str) -> None:
    """Let these people get the digest by mail."""
    to = ", ".join(f'"email:{one}"' for one in people)
    server = f"{{host: 127.0.0.1, port: {port}, tls: none, from: kpi@example.com}}"
    config = CONFIG.replace('"file:board"', to) + f"channels: {{email: {server}}}\n"
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")


def chatting(company: Path, slack: Slack, token: str, *places: str) -> None:
    """Let these channels of Slack get the digest."""
    to = ", ".join(f'"slack:{one}"' for one in places)
    app = f'{{token: "{token}", base_url: "{slack.base_url}"}}'
    config = CONFIG.replace('"file:board"', to) + f"channels: {{slack: {app}}}\n"
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")


def channels_in(out: str) -> list[str]:
    """What is said about the channels, at the end of the report."""
    _, _, told = out.partition("\nCHANNELS\n")
    return [line.strip() for line in told.splitlines()]


def test_without_the_word_no_server_is_asked(keepwell: Keepwell, company: Path) -> None:
    with MailServer(tls="none") as server:
        mailing(company, server.port, "ana@example.com")
        assert keepwell("check")[0] == 0
        assert server.connections == 0


def test_everybody_can_be_reached_and_nobody_gets_a_mail(keepwell: Keepwell, company: Path) -> None:
    with MailServer(tls="none") as server:
        mailing(company, server.port, "ana@example.com", "bo@example.com", "owner")
        written = (company / "keepwell.yaml").read_text(encoding="utf-8")
        by_owner = written.replace("[plan]", "[plan, owner]").replace(
            "digest: week,", "digest: week, split_by: owner,"
        )
        (company / "keepwell.yaml").write_text(by_owner, encoding="utf-8")
        code, out, _ = keepwell("check", "--connect")
        assert (code, server.mails) == (0, [])
    assert channels_in(out) == ["email: ready for 2 recipients."]


def test_a_mailbox_that_is_not_there_is_named(keepwell: Keepwell, company: Path) -> None:
    with MailServer(tls="none") as server:
        server.answer("RCPT", "550 5.1.1 no such user", about="bo@example.com")
        mailing(company, server.port, "ana@example.com", "bo@example.com")
        code, out, _ = keepwell("check", "--connect", "--json")
    (mail,) = json.loads(out)["channels"]
    assert code == 3
    assert mail["recipients"] == ["ana@example.com", "bo@example.com"]
    (problem,) = mail["problems"]
    assert "bo@example.com" in problem


def test_a_server_that_is_down_is_told_after_all_the_rest(
    keepwell: Keepwell, company: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        mailing(company, taken.getsockname()[1], "ana@example.com")
        code, out, _ = keepwell("check", "--connect")
    assert code == 3
    assert "CAN BE COMPUTED NOW" in out
    (line,) = channels_in(out)
    assert line.startswith("email: ")


def test_a_channel_that_slack_does_not_have_is_named_once(
    keepwell: Keepwell, company: Path
) -> None:
    with Slack() as slack:
        slack.add_channel("weekly")
        chatting(company, slack, slack.token, "#weekly", "#gone")
        code, out, _ = keepwell("check", "--connect")
        assert not slack.visible()
    (line,) = channels_in(out)
    assert code == 3
    assert line.startswith("slack: #gone: There is no Slack channel #gone")


def test_a_token_that_was_revoked_is_told(keepwell: Keepwell, company: Path) -> None:
    with Slack() as slack:
        slack.add_channel("weekly")
        chatting(company, slack, slack.add_token(refused_as="token_revoked"), "#weekly")
        code, out, _ = keepwell("check", "--connect")
    assert code == 3
    assert channels_in(out)[0].startswith("slack: ")


def test_a_recipient_of_the_wrong_shape_is_a_mistake_with_its_line(
    keepwell: Keepwell, company: Path
) -> None:
    mailing(company, 25, "ana at example.com")
    code, _, err = keepwell("check")
    assert code == 2
    assert "line 7, audiences[0].to[0]: 'ana at example.com'" in err
