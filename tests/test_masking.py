"""A secret is struck out in whatever form it turns up, and nothing else is."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from urllib.parse import quote

import pytest

from tasks.masking import (
    Masked,
    WithoutSecrets,
    forget_secrets,
    in_address,
    listen_to_logs,
    masked,
    remember,
)

SECRET = "hunter2/Æ%+x:y"


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"password={SECRET}&x=1",
        quote(SECRET, safe=""),
        json.dumps({"token": SECRET}),
        repr({"token": SECRET}),
    ],
)
def test_a_secret_is_struck_out_in_every_form(text):
    remember([SECRET])
    assert "hunter2" not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize("user", ["a", "ab", "abc", "ops@example.com/token"])
def test_a_secret_is_found_within_basic_authentication(user):
    remember(["s3cr3t-token-1"])
    header = b64encode(f"{user}:s3cr3t-token-1".encode()).decode()
    said = masked(f"header {header} was refused")
    assert header not in said
    assert "***" in said


def test_what_is_no_secret_stays():
    remember([SECRET])
    assert masked("606 customers, 14 lost") == "606 customers, 14 lost"
    remember(["abc"])
    assert masked("abc") == "abc", "three letters are no secret"


def test_secrets_given_are_struck_out_without_being_remembered():
    assert masked("it is swordfish", ["swordfish"]) == "it is ***"
    assert masked("it is swordfish") == "it is swordfish"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("postgresql://kpi:pw@host/db", "postgresql://kpi:***@host/db"),
        ("Authorization: Bearer abcdefgh.ijk", "Authorization: Bearer ***"),
        ("xoxb-1234567-abc", "***"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/services/***"),
    ],
)
def test_what_looks_like_a_secret_is_struck_out_though_nobody_knows_it(text, said):
    assert masked(text) == said


def test_an_address_may_hold_a_password_a_key_or_be_one():
    assert in_address("postgresql+psycopg://kpi:pw@host/db") == ("pw",)
    assert in_address("sqlite:////srv/keepwell.db") == ()
    ping = "https://hc-ping.com/0123456789abcdef"
    assert set(in_address(ping)) == {ping, "/0123456789abcdef", "0123456789abcdef"}
    assert in_address("https://example.com/?token=abc") == ("abc",)


def test_every_log_and_its_tracebacks_are_masked(caplog):
    listen_to_logs()
    remember(["swordfish"])
    with caplog.at_level(logging.INFO), caplog.at_level(logging.INFO, logger="httpx"):
        logging.getLogger("httpx").info('HTTP Request: GET %s "%s"', "http://x/swordfish", 200)
        try:
            int("swordfish")
        except ValueError:
            logging.getLogger("anything").exception("it was %s", {"key": "swordfish"})
    assert "swordfish" not in caplog.text
    assert 'HTTP Request: GET http://x/*** "200"' in caplog.text
    assert "invalid literal for int() with base 10: '***'" in caplog.text


def test_a_filter_masks_records_that_were_made_elsewhere():
    remember(["swordfish"])
    record = logging.makeLogRecord({"msg": "swordfish", "levelno": 20})
    assert Masked().filter(record)
    assert record.getMessage() == "***"


def test_an_error_that_nobody_expected_goes_on_without_the_secret():
    remember(["s3cr3t-token-1"])

    @WithoutSecrets()
    def broken(token):
        raise LookupError(f"no {token}", 7, token.encode())

    with pytest.raises(LookupError) as raised:
        broken("s3cr3t-token-1")
    assert raised.value.args == ("no ***", 7, "b'***'")


def test_an_address_that_is_none_is_secret_as_a_whole():
    assert in_address("http://[::") == ("http://[::",)


def test_nothing_is_known_once_it_is_forgotten():
    remember(["swordfish"])
    forget_secrets()
    assert masked("swordfish") == "swordfish"
