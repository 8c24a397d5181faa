"""What every connector of an API keeps to, without being asked: add its least settings below."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, SecretStr

from tasks import connectors
from tasks.catalog import CONNECTORS
from tasks.connectors.base import Surroundings, no_streams
from tasks.facts import FACTS
from tasks.store import open_store
from tests.connectors.layer.asking import NOW
from tests.doubles.faults import Reply
from tests.doubles.web import Web

SECRET = "conformance-secret-0123456789"
LEAST = {
    "freshdesk": {"api_key": SECRET},
    "gainsight": {"access_key": SECRET},
    "hubspot": {"token": SECRET},
    "intercom": {"token": SECRET},
    "rt": {"token": SECRET},
    "salesforce": {"client_id": "keepwell", "client_secret": SECRET},
    "stripe": {"token": SECRET},
    "typeform": {"token": SECRET},
    "zoom": {"account_id": "acme", "client_id": "keepwell", "client_secret": SECRET},
    "zendesk": {"email": "ana@example.com", "token": SECRET},
}
APIS = {
    each.key: each for each in CONNECTORS if each.streams != no_streams and each.key != "sql"
}  # a database is not asked over HTTP; tests/connectors/sql has the like
OF_EVERY_SOURCE = {"name", "kind"}
SOUNDS_SECRET = ("token", "secret", "password", "api_key")


def settings_of(key, base_url="https://api.example.com"):
    known = APIS[key].settings
    doors = dict.fromkeys({"base_url", "auth_url"} & known.model_fields.keys(), base_url)
    return known.model_validate({"name": "source", "kind": key, **doors, **LEAST[key]})


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, object, object]]:
    for name, info in model.model_fields.items():
        yield name, info, info.annotation
        inner = [info.annotation, *getattr(info.annotation, "__args__", ())]
        for part in inner:
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from fields_of(part)


def test_every_api_is_tested_here():
    assert connectors.__path__
    assert set(APIS) == set(LEAST)


@pytest.fixture(params=sorted(APIS))
def key(request):
    return request.param


def test_every_setting_is_explained(key):
    unexplained = [
        name
        for name, info, _ in fields_of(APIS[key].settings)
        if name not in OF_EVERY_SOURCE and not info.description and not _is_part(info)
    ]
    assert unexplained == []


def _is_part(info) -> bool:
    """A part of its own explains itself in its docstring."""
    parts = [info.annotation, *getattr(info.annotation, "__args__", ())]
    return any(
        isinstance(part, type) and issubclass(part, BaseModel) and part.__doc__ for part in parts
    )


def test_secrets_are_kept_as_secrets(key):
    settings = settings_of(key)
    assert SECRET not in f"{settings!r} {settings}"
    values = dict(settings).items()
    shown = [name for name, value in values if _sounds_secret(name) and isinstance(value, str)]
    assert shown == []
    assert any(isinstance(value, SecretStr) for _, value in values)


def _sounds_secret(name):
    return name.endswith(SOUNDS_SECRET)


def test_the_address_can_be_another_one(key):
    assert str(settings_of(key, "http://127.0.0.1:1").base_url).startswith("http://127.0.0.1:1")


def test_streams_have_names_of_their_own_and_tables_that_exist(key):
    streams = APIS[key].streams(settings_of(key))
    names = [stream.name for stream in streams]
    assert len(set(names)) == len(names) > 0
    assert {table for stream in streams for table in stream.tables} <= set(FACTS)
    assert all(callable(part) for each in streams for part in (each.key, each.version, each.pages))


def test_streams_are_the_same_each_time_they_are_asked_for(key):
    first, second = (APIS[key].streams(settings_of(key)) for _ in range(2))
    assert [each.settings("x") for each in first] == [each.settings("x") for each in second]


class Shut(Web):
    """Refuses everything, and says the credential that it was shown."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def refuses(self, asked):
        return Reply({"message": f"you are {dict(asked.headers)}"}, self.status)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_vendor_that_refuses_everything_is_told_not_raised(key, status, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    with Shut(status) as web, open_store(f"sqlite:///{tmp_path}/keepwell.db") as store:
        around = Surroundings(tmp_path, "UTC", store, tmp_path / "raw", NOW, said.append)
        extracted = APIS[key].extract(settings_of(key, web.base_url), around)
    assert extracted.problems
    assert all(problem.todo for problem in extracted.problems)
    assert [table.table for table in extracted.tables if table.rows.num_rows] == []
    files = [str(path) for path in tmp_path.rglob("*")]
    assert SECRET not in f"{extracted.problems!r} {extracted.notes!r} {said} {caplog.text} {files}"
