"""The digest flow with owners: who cannot be written to makes the run red, and costs nobody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from prefect.client.schemas.objects import State

from flows.digest import digest
from tests.flows.peers import peers
from tests.flows.small import NOW
from tests.flows.split import CSMS, OWNERS, configure, look_after

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("prefect")]


def run(company: Path) -> State[object]:
    config = str(company / "keepwell.yaml")
    return digest(config=config, now=datetime.fromisoformat(NOW), return_state=True)


def test_an_owner_without_an_address_makes_the_run_partly_sent(server: None, company: Path) -> None:
    with peers() as there:
        configure(company, CSMS, channels=there.channels())
        look_after(company, owners=OWNERS.replace("cy@acme.example", ""))
        state = run(company)
        assert (state.name, state.is_failed()) == ("Failed", True)
        told = "PartlySent: 2 messages went out. Cy Young's customers: "
        assert str(state.message).startswith(told)
        assert str(run(company).message).startswith("NothingDue: ")
        assert [len(there.mail.delivered(f"{one}@acme.example")) for one in ("ana", "bo")] == [1, 1]
