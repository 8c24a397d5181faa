"""What channels.email may say, and what it is told when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

import tasks.connectors  # noqa: F401 - registers them
from tasks.channels.email import EmailSettings
from tasks.channels.email.addresses import mistake_in, read_address
from tasks.config import settings_of
from tasks.config.context import Context
from tasks.errors import ConfigurationInvalid
from tests.doubles.certificates import certified

LEAST = {"host": "smtp.example.com", "from": "Keepwell <kpi@example.com>"}
WRITE_SENDER = 'Write "Keepwell <kpi@example.com>", or an address alone.'
ENCRYPT = "Use auto, starttls or implicit; or remove the password."
LOGIN = {"username": "kpi", "password": "secret"}


def settings(**more):
    return EmailSettings.model_validate(LEAST | more)


def mistakes(**more):
    given = {key: value for key, value in (LEAST | more).items() if value is not None}
    with pytest.raises(ValidationError) as raised:
        EmailSettings.model_validate(given)
    return [
        (".".join(map(str, error["loc"])), error["msg"].strip()) for error in raised.value.errors()
    ]


def test_a_host_and_a_sender_are_enough():
    made = settings()
    assert made.address == ("smtp.example.com", 587)
    assert (made.tls, made.implicit, made.password) == ("auto", False, None)
    assert (made.sender.display_name, made.sender.addr_spec) == ("Keepwell", "kpi@example.com")


@pytest.mark.parametrize(
    ("given", "port", "implicit"),
    [
        ({}, 587, False),
        ({"tls": "starttls"}, 587, False),
        ({"tls": "implicit"}, 465, True),
        ({"tls": "none"}, 25, False),
        ({"port": 465}, 465, True),
        ({"port": 2525, "tls": "implicit"}, 2525, True),
        ({"port": "2525"}, 2525, False),
    ],
)
def test_the_port_follows_the_encryption_unless_it_is_said(given, port, implicit):
    assert (settings(**given).address[1], settings(**given).implicit) == (port, implicit)


def test_an_empty_login_is_none():
    made = settings(username="", password="", reply_to="", unsubscribe="")
    assert (made.username, made.password, made.reply_to, made.unsubscribe) == (None,) * 4


def test_a_password_is_never_shown():
    assert "secret" not in repr(settings(**LOGIN))
    assert settings(**LOGIN).password == SecretStr("secret")


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("kpi@example.com", "", "kpi@example.com"),
        ("Keepwell <kpi@example.com>", "Keepwell", "kpi@example.com"),
        ('"Acme, Inc." <kpi@example.com>', "Acme, Inc.", "kpi@example.com"),
        ("Söhne <kpi@söhne.example>", "Söhne", "kpi@xn--shne-5qa.example"),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(written, name, address):
    sender = settings(**{"from": written}).sender
    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        ({"host": None}, "host", "missing. Add the mail server, such as smtp.example.com."),
        (
            {"host": "smtp://smtp.example.com"},
            "host",
            "it is a URL. Write the name alone, such as smtp.example.com.",
        ),
        (
            {"host": "smtp.example.com:587"},
            "host",
            "it has a port in it. Write the number under 'port'.",
        ),
        (
            {"host": "smtp example"},
            "host",
            "it is not the name of a server. Write smtp.example.com.",
        ),
        (
            {"from": None},
            "from",
            'missing. Add whom mail is from, such as "Keepwell <kpi@example.com>".',
        ),
        (
            {"from": "Keepwell"},
            "from",
            f"it is not an e-mail address. {WRITE_SENDER}",
        ),
        (
            {"from": "a@example.com, b@example.com"},
            "from",
            f"it is more than one e-mail address. {WRITE_SENDER}",
        ),
        (
            {"from": "jörg@example.com"},
            "from",
            "it has other letters than a to z before the @. Use another address.",
        ),
        ({"port": 0}, "port", "too small. Use at least 1."),
        ({"port": 70000}, "port", "too large. Use at most 65535."),
        (
            {"tls": "ssl"},
            "tls",
            "'ssl' is not possible; known: auto, implicit, none, starttls.",
        ),
        ({"username": "kpi"}, "password", "missing. Add it, or remove the username."),
        ({"password": "secret"}, "username", "missing. Add it, or remove the password."),
        (
            {**LOGIN, "tls": "none"},
            "tls",
            f"a password is never sent without encryption. {ENCRYPT}",
        ),
        (
            {"port": 465, "tls": "starttls"},
            "tls",
            "port 465 is encrypted from the first byte. Use implicit, or port 587.",
        ),
        (
            {"unsubscribe": "http://example.com/leave"},
            "unsubscribe",
            "it is neither a mail nor an https link. Write mailto:... or https://...",
        ),
        (
            {"unsubscribe": "https://example.com/a b>"},
            "unsubscribe",
            "it is too long, or has letters a link cannot have. Write it encoded.",
        ),
        (
            {"unsubscribe": "mailto:nobody"},
            "unsubscribe",
            "after mailto: it is not an e-mail address. Write mailto:kpi@example.com.",
        ),
        ({"timeout_s": 0}, "timeout_s", "too small. Use at least 0.1."),
        ({"user": "kpi"}, "user", "unknown key; did you mean 'username'?"),
    ],
)
def test_a_mistake_says_where_it_is_and_what_to_do(more, key, said):
    assert mistakes(**more) == [(key, said)]


def test_every_mistake_is_said_at_once():
    assert [key for key, _ in mistakes(host="a b", port=0, tls="ssl", **{"from": "x"})] == [
        "host",
        "from",
        "port",
        "tls",
    ]


def test_mistakes_stand_at_their_line():
    written = """
company: {name: Acme, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources: [{name: exports, kind: files, path: .}]
channels:
  email:
    host: smtp.example.com
    from: kpi@example.com
    username: kpi
    password: secret
    tls: none
"""
    with pytest.raises(ConfigurationInvalid) as raised:
        settings_of(written, Path("keepwell.yaml"), {})
    found = {mistake.key: mistake.line for mistake in raised.value.mistakes}
    assert found["channels.email.tls"] == 11


def test_an_authority_is_read_beside_the_configuration(tmp_path):
    pem = certified().ca_file
    (tmp_path / "ca.pem").write_bytes(pem.read_bytes())
    context = Context(path=tmp_path / "keepwell.yaml")
    made = EmailSettings.model_validate(LEAST | {"ca_file": "ca.pem"}, context=context)
    assert made.ca_file == tmp_path / "ca.pem"


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_an_authority_that_is_none_is_a_mistake(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    ((key, said),) = mistakes(ca_file=path)
    assert key == "ca_file"
    assert said.startswith(f"no certificates in {path}: ")
    assert said.endswith("Give a PEM file with the certificate your mail server's was signed with.")


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        ({}, {"List-Unsubscribe": "<mailto:kpi@example.com?subject=unsubscribe>"}),
        (
            {"reply_to": "Ana <ana@example.com>"},
            {
                "Reply-To": "Ana <ana@example.com>",
                "List-Unsubscribe": "<mailto:ana@example.com?subject=unsubscribe>",
            },
        ),
        (
            {"unsubscribe": "mailto:off@example.com"},
            {"List-Unsubscribe": "<mailto:off@example.com>"},
        ),
        (
            {"unsubscribe": "https://example.com/off?who={recipient}"},
            {
                "List-Unsubscribe": "<https://example.com/off?who=bob%2Bx%40example.com>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        ),
    ],
)
def test_headers_say_where_answers_go_and_how_to_leave(given, headers):
    made = settings(**given).headers(read_address("bob+x@example.com"))
    assert {name: str(value) for name, value in made.items()} == headers


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.com",
        "a.b+c_d-e=f'g/h@sub.example.co.uk",
        "o'brien@example.com",
        "ana@localhost",
        "jörg@söhne.example",
        "ana@straße.example",
        f"{'a' * 64}@example.com",
        "owner",
    ],
)
def test_one_plain_address_is_a_recipient(address):
    assert mistake_in(address) == ""


@pytest.mark.parametrize(
    ("address", "mistake"),
    [
        ("", "'' is not an e-mail address."),
        ("ana", "'ana' is not an e-mail address."),
        ("@example.com", "'@example.com' is not an e-mail address."),
        ("ana@", "'ana@' is not an e-mail address."),
        ("a@b@example.com", "'a@b@example.com' is more than one e-mail address."),
        (
            "ana@example.com,bob@example.com",
            "'ana@example.com,bob@example.com' is more than one e-mail address.",
        ),
        ("a@b.c; d@e.f", "'a@b.c; d@e.f' is more than one e-mail address."),
        ("a b@example.com", "'a b@example.com' has a space or an unseen letter in it."),
        (
            "ana@example.com\r\nBcc: x",
            "'ana@example.com??Bcc: x' has a space or an unseen letter in it.",
        ),
        ("a\u202eb@example.com", "'a?b@example.com' has a space or an unseen letter in it."),
        ("a\ud800b@example.com", "'a?b@example.com' has a space or an unseen letter in it."),
        ("ana@example.com ", "'ana@example.com ' has a space or an unseen letter in it."),
        ("Ana<ana@example.com>", "'Ana<ana@example.com>' is not a plain e-mail address."),
        ('"a"@example.com', "'\"a\"@example.com' is not a plain e-mail address."),
        (".ana@example.com", "'.ana@example.com' is not a plain e-mail address."),
        ("a..b@example.com", "'a..b@example.com' is not a plain e-mail address."),
        (
            "ana@example..com",
            "'ana@example..com' has no domain a mail can be sent to: 'example..com'.",
        ),
        ("ana@-a.com", "'ana@-a.com' has no domain a mail can be sent to: '-a.com'."),
        (
            "ana@[127.0.0.1]",
            "'ana@[127.0.0.1]' has no domain a mail can be sent to: '[127.0.0.1]'.",
        ),
        (
            f"{'a' * 65}@example.com",
            f"'{'a' * 65}@example.com' is too long for an e-mail address.",
        ),
    ],
)
def test_anything_else_is_a_mistake_in_a_sentence(address, mistake):
    todo = "Write one plain address, such as ana@example.com."
    assert mistake_in(address) == f"{mistake} {todo}"


def test_a_domain_keeps_its_own_letters():
    assert read_address("ana@straße.example").domain == "xn--strae-oqa.example"
