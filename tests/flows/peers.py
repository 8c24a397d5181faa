"""A company that writes to a mail server and to Slack, both real to the wire and on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.doubles.slack import Slack
from tests.doubles.smtp import MailServer

CHANNELS = """
channels:
  slack: {{token: "{token}", base_url: "{base_url}"}}
  email: {{host: 127.0.0.1, port: {port}, tls: starttls, ca_file: "{ca_file}",
          username: kpi, password: secret, from: "Keepwell <kpi@acme.example>"}}
"""


@dataclass(frozen=True, slots=True)
class Peers:
    """Both destinations; ``#weekly`` is a channel behind many pages of others."""

    mail: MailServer
    slack: Slack

    def channels(self) -> str:
        """The part of keepwell.yaml that leads to them."""
        return CHANNELS.format(
            token=self.slack.token,
            base_url=self.slack.base_url,
            port=self.mail.port,
            ca_file=self.mail.ca_file,
        )

    def configure(self, path: Path, to: str, *, company: str) -> None:
        """Write ``company``'s configuration with one weekly audience, ``to``, at these peers."""
        kept = company.split("audiences:", maxsplit=1)[0]
        audience = f"audiences:\n  - {{name: board, digest: week, to: [{to}]}}\n"
        path.write_text(kept + audience + self.channels(), encoding="utf-8")


@contextmanager
def peers() -> Iterator[Peers]:
    """Give both, running; every mail needs STARTTLS and a login."""
    with MailServer(username="kpi", password="secret") as mail, Slack(page_size=20) as slack:
        slack.add_channels(45)
        slack.add_channel("weekly")
        yield Peers(mail, slack)
