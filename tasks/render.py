"""Render: a digest, an alert or a notice in every format, from everything it has to say."""

from __future__ import annotations

from prefect import task

from tasks.messages.alert import alert_view
from tasks.messages.digest import digest_view
from tasks.messages.drawing import draw
from tasks.messages.inputs import AlertInputs, DigestInputs, RecoveryInputs
from tasks.messages.ops import OpsInputs, ops_view
from tasks.messages.recovery import recovery_view
from tasks.messages.render import Draw, render_alert, render_digest, render_ops, render_recovery
from tasks.model import Message


@task
def digest_message(inputs: DigestInputs, draw: Draw = draw) -> Message:
    """Return the digest as it will be read; ``draw`` makes its charts pictures."""
    return render_digest(digest_view(inputs), draw)


@task
def alert_message(inputs: AlertInputs, draw: Draw = draw) -> Message:
    """Return the alert as it will be read; ``draw`` makes its chart a picture."""
    return render_alert(alert_view(inputs), draw)


@task
def recovery_message(inputs: RecoveryInputs, draw: Draw = draw) -> Message:
    """Return the end of an alert as it will be read; ``draw`` makes its chart a picture."""
    return render_recovery(recovery_view(inputs), draw)


@task
def ops_message(inputs: OpsInputs) -> Message:
    """Return the notice to the operators as it will be read."""
    return render_ops(ops_view(inputs))
