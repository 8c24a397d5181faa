"""A mail is handed to a real server over a real connection, once, and its answer is understood."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from tasks.channels.email import probe, send
from tasks.channels.email.answers import LONGEST_QUOTE, quoted
from tasks.channels.email.entrance import is_this_computer, own_name
from tasks.channels.email.handover import stuffed
from tasks.errors import (
    ChannelRejected,
    ChannelUnavailable,
    DeliveryAbandoned,
    DeliveryRejected,
    DeliveryUncertain,
    DestinationUnavailable,
    LeaseLost,
)
from tests.channels.attempts import Remembered
from tests.channels.messages import NEXT_DAY, NOW, WEEKLY
from tests.channels.serving import settings_for
from tests.doubles.smtp import DROP, DROP_ACCEPTED, HANG, HANG_ACCEPTED, MailServer

ANA, BOB, EVE = "ana@example.com", "bob@example.com", "eve@example.com"
KEY = "0123456789abcdef0123456789abcdef"
LOGIN = {"username": "kpi", "password": "pass wörd"}


@pytest.fixture
def server():
    with MailServer() as running:
        yield running


def sent(server, recipient=ANA, message=WEEKLY, attempt=None, now=NOW, **more):
    settings = settings_for(server, **more)
    attempt = attempt or Remembered()
    return send(message, recipient, settings=settings, attempt=attempt, now=now)


def refused(server, kind, recipient=ANA, attempt=None, **more):
    with pytest.raises(kind) as raised:
        sent(server, recipient, attempt=attempt, **more)
    assert type(raised.value) is kind
    return raised.value


def test_a_mail_stands_below_the_one_it_goes_on_from_and_only_there(server):
    first = sent(server)
    later = replace(WEEKLY, kind="recovery", follows={f"email:{ANA}": KEY})
    for recipient, key in ((ANA, "1" * 32), (BOB, "2" * 32)):
        sent(server, recipient, later, Remembered(key))
    (_, to_ana, to_bob) = server.mails
    assert to_ana.mail["In-Reply-To"] == to_ana.mail["References"] == first.id
    assert "In-Reply-To" not in to_bob.mail
    assert to_ana.message_id != first.id


def test_a_mail_arrives_and_its_receipt_is_the_message_id(server):
    receipt = sent(server)
    (arrived,) = server.mails
    assert (receipt.channel, receipt.recipient, receipt.at) == ("email", ANA, NOW)
    assert receipt.id == arrived.message_id == f"<{KEY}@example.com>"
    assert (arrived.sender, arrived.recipients) == ("kpi@example.com", (ANA,))
    assert arrived.mail["From"] == "Keepwell <kpi@example.com>"
    assert arrived.mail["To"] == ANA
    assert arrived.mail["List-Unsubscribe"] == "<mailto:kpi@example.com?subject=unsubscribe>"


def test_each_recipient_gets_a_mail_of_their_own(server):
    for number, recipient in enumerate((ANA, BOB)):
        sent(server, recipient, attempt=Remembered(key=str(number) * 32))
    assert [mail.recipients for mail in server.mails] == [(ANA,), (BOB,)]
    assert [mail.mail["To"] for mail in server.mails] == [ANA, BOB]
    assert len(server.by_message_id()) == 2


def test_a_conversation_is_short_and_says_goodbye(server):
    sent(server)
    assert [line.split(" ")[0] for line in server.commands] == [
        *("EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT")
    ]
    assert server.commands[0] == "EHLO [127.0.0.1]"


def test_a_mail_that_was_taken_is_not_handed_over_again(server):
    attempt = Remembered(ids={"mail": "<there@example.com>"})
    assert sent(server, attempt=attempt).id == "<there@example.com>"
    assert server.connections == 0


ENCRYPTED = [
    ("starttls", "auto", LOGIN),
    ("starttls", "starttls", LOGIN),
    ("implicit", "implicit", LOGIN),
    ("starttls", "auto", {}),
    ("none", "auto", {}),
    ("none", "none", {}),
]


@pytest.mark.parametrize(("offered", "tls", "login"), ENCRYPTED)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_every_way_in_works(offered, tls, login, host):
    with MailServer(tls=offered, **login) as server:
        sent(server, tls=tls, host=host)
        assert len(server.delivered(ANA)) == 1
        assert ("AUTH" in server.commands) == bool(login)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_both_kinds_of_login_work(mechanism):
    with MailServer(**LOGIN, mechanisms=(mechanism,)) as server:
        sent(server)
        assert len(server.mails) == 1


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_wrong_password_is_for_a_person_and_never_shown(mechanism):
    with MailServer(username="kpi", password="right", mechanisms=(mechanism,)) as server:
        error = refused(server, ChannelRejected, password="s3cr3t")
        assert error.what == "The mail server refuses our login."
        assert error.where == (
            f"Mail server localhost:{server.port} said to AUTH: "
            "535 5.7.8 Authentication credentials invalid."
        )
        assert "channels.email.username and password" in error.todo
        assert "s3cr3t" not in str(error)
        assert server.mails == []


def test_a_server_that_repeats_the_password_does_not_get_it_into_an_error():
    with MailServer(username="kpi", password="s3cr3t") as server:
        server.answer("AUTH", "535 s3cr3t is wrong, AGtwaQBzM2NyM3Q= too")
        error = refused(server, ChannelRejected)
        assert error.where.endswith("said to AUTH: 535 *** is wrong, *** too.")


def test_a_login_nobody_asks_for_is_said():
    with MailServer() as server:
        error = refused(server, ChannelRejected, username="kpi", password="secret")
        assert error.where.endswith("offers no login at all.")


def test_a_login_of_another_kind_is_said():
    with MailServer(**LOGIN) as server:
        server.answer("EHLO", "250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH XOAUTH2")
        error = refused(server, ChannelRejected)
        assert error.what == "The mail server takes no user name and password."
        assert error.where.endswith("offers XOAUTH2.")


def test_a_missing_login_is_for_a_person():
    with MailServer(**LOGIN) as server:
        error = refused(server, ChannelRejected, username=None, password=None)
        assert error.what == "The mail server refuses our login."
        assert error.where.endswith("said to MAIL: 530 5.7.0 Authentication required.")


def test_without_encryption_nothing_goes_and_least_a_password():
    with MailServer(tls="none") as server:
        for more in ({"tls": "starttls"}, {"tls": "auto", **LOGIN}):
            error = refused(server, ChannelRejected, **more)
            assert error.what == "The mail server offers no encryption; nothing was sent."
        assert [line.split(" ")[0] for line in server.commands] == ["EHLO", "QUIT"] * 2


@pytest.mark.parametrize("answer", ["454 4.7.0 TLS not available", "501 no"])
@pytest.mark.parametrize("tls", ["auto", "starttls"])
def test_refused_encryption_is_not_done_without(server, tls, answer):
    server.answer("STARTTLS", answer)
    error = refused(server, ChannelRejected, tls=tls)
    assert error.what == "The mail server refuses to encrypt the connection."
    assert not any(line.startswith("MAIL") for line in server.commands)


@pytest.mark.parametrize(
    ("names", "ca_file", "said"),
    [
        (("localhost",), None, "unable to get local issuer certificate"),
        (("mail.example.com",), ..., "Hostname mismatch, certificate is not valid for 'localhost'"),
    ],
)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_is_always_looked_at(tls, names, ca_file, said):
    with MailServer(tls=tls, certified_for=names) as server:
        more = {} if ca_file else {"ca_file": None}
        error = refused(server, ChannelRejected, **more)
        assert error.what == "The mail server could not prove who it is; nothing was sent."
        assert error.where == f"Mail server localhost:{server.port}: {said}."


def test_a_server_that_speaks_no_tls_at_all_is_for_a_person():
    with MailServer(tls="none") as server:
        error = refused(server, ChannelRejected, tls="implicit")
        assert error.where.endswith(": wrong version number.")


def test_nobody_there_is_tried_again():
    with MailServer() as server:
        pass
    error = refused(server, ChannelUnavailable)
    assert error.what == "The mail server could not be reached."
    assert error.where == f"Mail server localhost:{server.port}: Connection refused."


def test_an_unknown_host_is_tried_again(server):
    error = refused(server, ChannelUnavailable, host="keepwell.invalid")
    assert error.where.startswith(f"Mail server keepwell.invalid:{server.port}: ")


def test_a_server_that_never_says_hello_is_not_waited_for_long():
    with socket.create_server(("127.0.0.1", 0)) as silent, MailServer() as server:
        error = refused(server, ChannelUnavailable, port=silent.getsockname()[1], timeout_s=0.2)
        assert error.where.endswith(": it did not answer in time.")


ANSWERS = [
    ("connect", "421 4.3.2 too busy", ChannelUnavailable),
    ("connect", "450 later", ChannelUnavailable),
    ("connect", "554 no mail here", ChannelRejected),
    ("connect", "HTTP/1.1 400 Bad Request", ChannelRejected),
    ("connect", DROP, ChannelUnavailable),
    ("EHLO", "421 bye", ChannelUnavailable),
    ("EHLO", "451 later", ChannelUnavailable),
    ("EHLO", "550 no", ChannelRejected),
    ("EHLO", DROP, ChannelUnavailable),
    ("AUTH", "454 4.7.0 later", ChannelUnavailable),
    ("AUTH", "421 bye", ChannelUnavailable),
    ("AUTH", "530 5.7.0 who are you", ChannelRejected),
    ("AUTH", "534 5.7.9 too weak", ChannelRejected),
    ("AUTH", "535 5.7.8 wrong", ChannelRejected),
    ("AUTH", DROP, ChannelUnavailable),
    ("MAIL", "421 bye", ChannelUnavailable),
    ("MAIL", "451 4.3.0 later", ChannelUnavailable),
    ("MAIL", "452 4.3.1 full", ChannelUnavailable),
    ("MAIL", "550 5.7.1 not you", ChannelRejected),
    ("MAIL", "553 5.1.8 whose domain", ChannelRejected),
    ("MAIL", "530 5.7.0 log in", ChannelRejected),
    ("MAIL", "552 5.3.4 too large", DeliveryRejected),
    ("MAIL", DROP, ChannelUnavailable),
    ("RCPT", "421 bye", ChannelUnavailable),
    ("RCPT", "450 4.2.0 greylisted", DestinationUnavailable),
    ("RCPT", "451 4.3.0 later", DestinationUnavailable),
    ("RCPT", "452 4.2.2 full", DestinationUnavailable),
    ("RCPT", "550 5.1.1 no such user", DeliveryRejected),
    ("RCPT", "553 5.1.3 bad name", DeliveryRejected),
    ("RCPT", "554 5.7.1 no relay", DeliveryRejected),
    ("RCPT", "530 5.7.0 log in", ChannelRejected),
    ("RCPT", DROP, ChannelUnavailable),
    ("DATA", "421 bye", ChannelUnavailable),
    ("DATA", "451 later", DestinationUnavailable),
    ("DATA", "554 no", DeliveryRejected),
    ("DATA", "250 what", ChannelRejected),
    ("DATA", DROP, ChannelUnavailable),
    ("dot", "421 4.3.2 bye", ChannelUnavailable),
    ("dot", "451 4.3.0 later", DestinationUnavailable),
    ("dot", "452 4.3.1 full", DestinationUnavailable),
    ("dot", "552 5.3.4 too large", DeliveryRejected),
    ("dot", "554 5.7.1 spam", DeliveryRejected),
]


@pytest.mark.parametrize(("step", "answer", "kind"), ANSWERS)
def test_what_each_answer_means(step, answer, kind):
    with MailServer(**LOGIN) as server:
        server.answer(step, answer)
        attempt = Remembered()
        error = refused(server, kind, attempt=attempt)
        assert attempt.unanswered.get("mail", 0) == 0
        assert all((error.what, error.where, error.todo))
        if answer[:3].isdigit():
            assert answer in error.where
        server.calm()
        sent(server, attempt=attempt)
        assert len(server.mails) == 1


@pytest.mark.parametrize("step", ["connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_server_that_stops_answering_before_the_dot_has_nothing(step):
    with MailServer(**LOGIN) as server:
        server.answer(step, HANG)
        attempt = Remembered()
        error = refused(server, ChannelUnavailable, attempt=attempt, timeout_s=0.3)
        assert error.where.endswith(": it did not answer in time.")
        assert attempt.unanswered == {}
        assert server.mails == []


@pytest.mark.parametrize("fault", [DROP_ACCEPTED, HANG_ACCEPTED, "what?", "354 go on"])
def test_no_answer_to_the_dot_means_once_more_under_the_same_name(server, fault):
    server.answer("dot", fault, times=1)
    attempt = Remembered()
    error = refused(server, DeliveryUncertain, attempt=attempt, timeout_s=0.1)
    assert ANA in error.what
    sent(server, attempt=attempt, now=NOW)
    first, second = server.mails
    assert first.raw == second.raw
    assert server.by_message_id() == {f"<{KEY}@example.com>": 2}


def test_a_mail_that_was_thrown_away_without_an_answer_still_arrives(server):
    server.answer("dot", DROP, times=1)
    attempt = Remembered()
    refused(server, DeliveryUncertain, attempt=attempt)
    sent(server, attempt=attempt, now=NEXT_DAY)
    assert server.by_message_id() == {f"<{KEY}@example.com>": 1}


def test_a_third_time_never_happens(server):
    server.answer("dot", DROP_ACCEPTED)
    attempt = Remembered()
    for _ in range(2):
        refused(server, DeliveryUncertain, attempt=attempt)
    for _ in range(2):
        refused(server, DeliveryAbandoned, attempt=attempt)
    assert server.by_message_id() == {f"<{KEY}@example.com>": 2}


def test_a_lease_that_was_lost_leaves_no_mail_behind(server):
    class Late(Remembered):
        def once(self, *_part):
            raise LeaseLost("Somebody else sends it.")

    refused(server, LeaseLost, attempt=Late())
    assert server.mails == []
    assert "QUIT" not in server.commands  # it would be a line of the mail


def test_a_server_that_leaves_before_the_dot_certainly_has_nothing(server):
    class Slow(Remembered):
        def once(self, part, post, find=None):
            server.hang_up()
            return super().once(part, post, find)

    attempt = Slow()
    refused(server, ChannelUnavailable, attempt=attempt)
    assert attempt.unanswered == {"mail": 0}


def test_one_bad_address_of_three_keeps_nobody_else_waiting(server):
    server.answer("RCPT", "550 5.1.1 no such user", about=BOB)
    server.answer("RCPT", "451 4.3.0 later", about=EVE, times=2)
    attempts = {who: Remembered(key=who[:3].ljust(32, "0")) for who in (ANA, BOB, EVE)}
    sent(server, ANA, attempt=attempts[ANA])
    error = refused(server, DeliveryRejected, BOB, attempts[BOB])
    assert error.what == "The mail server does not take mail for bob@example.com."
    for _ in range(2):
        refused(server, DestinationUnavailable, EVE, attempts[EVE])
    sent(server, EVE, attempt=attempts[EVE])
    assert [len(server.delivered(who)) for who in (ANA, BOB, EVE)] == [1, 0, 1]


@pytest.mark.parametrize("fault", ["500 what", DROP, HANG])
def test_a_goodbye_that_fails_is_no_failure(server, fault):
    server.answer("QUIT", fault)
    assert sent(server, timeout_s=0.3).id == f"<{KEY}@example.com>"


def test_a_mail_that_is_too_large_is_refused_before_it_is_sent():
    with MailServer(largest=2000) as server:
        error = refused(server, DeliveryRejected, message=replace(WEEKLY, html="x" * 9000))
        assert error.what == "The mail server does not take this message for ana@example.com."
        assert "DATA" not in server.commands


def test_dots_arrive_as_they_were_written(server):
    text = ".\n..\n.a\na.\n\n.\n"
    sent(server, message=replace(WEEKLY, text=text))
    got = server.mails[0].mail.get_body(("plain",)).get_content()
    assert got.replace("\r\n", "\n") == text


def test_lines_end_in_crlf_and_dots_are_doubled():
    assert stuffed(b".a\nb\r\n.\r\n..\rc") == b"..a\r\nb\r\n..\r\n...\r\nc\r\n"


def test_a_foreign_domain_travels_in_ascii(server):
    sent(server, "ana@söhne.example")
    assert server.mails[0].recipients == ("ana@xn--shne-5qa.example",)


def test_foreign_letters_before_the_at_need_a_server_that_knows_them(server):
    sent(server, "jörg@example.com")
    (arrived,) = server.delivered("jörg@example.com")
    assert arrived.options[-2:] == ("BODY=8BITMIME", "SMTPUTF8")
    assert "\r\nTo: jörg@example.com\r\n".encode() in arrived.raw


def test_without_such_a_server_the_address_is_refused():
    with MailServer(without=frozenset({"SMTPUTF8"})) as server:
        error = refused(server, DeliveryRejected, "jörg@example.com")
        assert error.what == "The mail server cannot write to jörg@example.com."
        sent(server)
        assert len(server.mails) == 1


def test_a_server_that_offers_nothing_gets_the_same_mail():
    with MailServer(without=frozenset({"SMTPUTF8", "8BITMIME", "SIZE"})) as server:
        sent(server)
        assert server.mails[0].raw.isascii()
        assert server.mails[0].options == ()


@pytest.mark.parametrize("recipient", ["owner", "", "Ana <ana@example.com>", "a@b.c\r\nDATA"])
def test_no_address_is_refused_before_anybody_is_asked(server, recipient):
    refused(server, DeliveryRejected, recipient)
    assert server.connections == 0


def test_a_probe_sends_nothing_and_names_who_is_not_there():
    with MailServer(**LOGIN) as server:
        server.answer("RCPT", "550 5.1.1 no such user", about=BOB)
        server.answer("RCPT", "450 greylisted", about=EVE)
        found = probe([ANA, BOB, EVE, "owner", "x", "jörg@a.b"], settings=settings_for(server))
        assert [sentence.split(". ")[0] for sentence in found] == [
            "The mail server does not take mail for bob@example.com",
            "'x' is not an e-mail address",
        ]
        assert (server.mails, server.commands[-2:]) == ([], ["RSET", "QUIT"])
        assert "DATA" not in server.commands


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("AUTH", "535 wrong", ChannelRejected),
        ("MAIL", "550 not you", ChannelRejected),
        ("RCPT", "421 bye", ChannelUnavailable),
        ("NOOP", DROP, ChannelUnavailable),
    ],
)
def test_a_probe_says_that_the_server_cannot_be_used(step, answer, kind):
    with MailServer(**LOGIN) as server:
        server.answer(step, answer)
        with pytest.raises(kind):
            probe([ANA, BOB], settings=settings_for(server))


def test_what_a_server_says_is_quoted_on_one_short_line():
    assert quoted(b"5.1.1  no\r\nsuch\tuser\x1b[31m \xff.") == "5.1.1 no such user [31m \ufffd"
    assert len(quoted("x" * 500)) == LONGEST_QUOTE
    assert quoted("a secret b", ("secret", "")) == "a *** b"


@pytest.mark.parametrize(
    ("ip", "here"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.2", True), ("10.0.0.1", False)],
)
def test_only_this_computer_may_hear_mail_in_the_open(ip, here):
    assert is_this_computer(ip) is here


def test_we_call_ourselves_by_our_address():
    assert (own_name("192.0.2.1"), own_name("2001:db8::1")) == (
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
    )
