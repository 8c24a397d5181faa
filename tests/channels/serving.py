"""How the tests tell the email channel about the mail server they started."""

from __future__ import annotations

from tasks.channels.email import EmailSettings

SENDER = "Keepwell <kpi@example.com>"
TLS = {"starttls": "auto", "implicit": "implicit", "none": "none"}


def settings_for(server, **more):
    """Return the settings that reach ``server``; ``more`` goes over them, None takes one away."""
    least = {
        "host": "localhost",
        "port": server.port,
        "from": SENDER,
        "tls": TLS[server.tls],
        "ca_file": server.ca_file,
        "username": server.username or None,
        "password": server.password or None,
        "timeout_s": 20,
    }
    given = {key: value for key, value in (least | more).items() if value is not None}
    return EmailSettings.model_validate(given)
