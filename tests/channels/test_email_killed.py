"""A process that is killed while it sends leaves either no mail or one whole mail behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.channels.email import send
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW, WEEKLY
from tests.channels.serving import settings_for
from tests.doubles.smtp import MailServer

ROOT = Path(__file__).parents[2]
CHILD = """
import sys
from tasks.channels.email import EmailSettings, send
from tests.channels.attempts import Remembered
from tests.channels.messages import NOW, WEEKLY
port, ca_file = sys.argv[1:]
settings = EmailSettings.model_validate({
    "host": "localhost", "port": port, "ca_file": ca_file, "from": "kpi@example.com",
    "username": "kpi", "password": "secret",
})
send(WEEKLY, "ana@example.com", settings=settings, attempt=Remembered(), now=NOW)
"""


@pytest.mark.parametrize(
    ("moment", "there"), [("connected", 0), ("recipient", 0), ("body", 0), ("data", 1)]
)
def test_killed_and_sent_again_it_arrives_at_most_twice_under_one_name(moment, there):
    with MailServer(username="kpi", password="secret") as server:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(server.port), server.ca_file], cwd=ROOT
        )
        server.at(moment, lambda _mail: os.kill(child.pid, signal.SIGKILL))
        assert child.wait(30) == -signal.SIGKILL
        server.calm()
        server.hang_up()
        assert len(server.mails) == there

        again = Remembered(unanswered={"mail": there})
        send(WEEKLY, "ana@example.com", settings=settings_for(server), attempt=again, now=NOW)
        assert list(server.by_message_id().values()) == [there + 1]
