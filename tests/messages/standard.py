"""Every standard story of every template folder: the four that each has to have, and others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tasks.messages.alert import alert_view
from tasks.messages.digest import digest_view
from tasks.messages.ops import ops_view
from tasks.messages.recovery import recovery_view
from tasks.messages.render import View, render_alert, render_digest, render_ops, render_recovery
from tasks.messages.templates import template_folder
from tasks.model import Message
from tests.messages.alertstories import ALERTS, RECOVERIES
from tests.messages.opsstories import OPS
from tests.messages.stories import DIGESTS

STANDARD = ("good_week", "bad_week", "no_data", "hostile_names")
FOLDERS = sorted(path.name for path in template_folder().iterdir() if not path.name.startswith("_"))
_RENDER = {
    "digest": render_digest,
    "alert": render_alert,
    "recovery": render_recovery,
    "ops": render_ops,
}
VIEWS: dict[tuple[str, str], Callable[[], View]] = {
    **{("digest", name): lambda made=made: digest_view(made()) for name, made in DIGESTS.items()},
    **{("alert", name): lambda made=made: alert_view(made()) for name, made in ALERTS.items()},
    **{
        ("recovery", name): lambda made=made: recovery_view(made())
        for name, made in RECOVERIES.items()
    },
    **{("ops", name): lambda made=made: ops_view(made()) for name, made in OPS.items()},
}
MESSAGES: dict[str, Callable[[], Message]] = {
    f"{kind}-{name}": cache(lambda kind=kind, made=made: _RENDER[kind](made()))
    for (kind, name), made in VIEWS.items()
}
