"""How does a Gainsight tenant want to be asked? With its key, and a hundred times a minute.

A refusal may come with status 200: its ``result`` is then false, and its errorCode says why.
"""

from __future__ import annotations

from tasks.connectors.answers import OK, Answer
from tasks.connectors.api import Api, Refusal
from tasks.connectors.auth import Fixed
from tasks.connectors.gainsight.settings import GainsightSettings
from tasks.connectors.pacing import Rate
from tasks.connectors.values import inside, plain

MINUTE = 60
WORDS = 200  # of a reason
ADVICE = {
    401: "Make a new access key in Gainsight (Administration, Connectors, API).",
    403: "Give the user of the access key the right to read this object.",
    404: "See whether base_url and read_path are right, and the object's name.",
}


def api(settings: GainsightSettings) -> Api:
    """Return how the tenant of ``settings`` wants to be asked."""
    key = settings.access_key

    def refusal(answer: Answer) -> Refusal | None:
        """Return what an answer means that says no with status 200."""
        if answer.status != OK or inside(answer.data, "result") is not False:
            return None
        said = (plain(inside(answer.data, name)) or "" for name in ("errorCode", "errorDesc"))
        reason = " ".join(" ".join(said).replace(key.get_secret_value(), "***").split())
        return Refusal(
            f"it said no ({reason[:WORDS]})",
            "See whether the names of objects and fields are those of Data Management.",
        )

    return Api(
        settings.name,
        settings.base_url,
        Fixed(key, "Accesskey"),
        rates={"": Rate(settings.calls_per_minute, MINUTE)},
        refusal=refusal,
        advice=ADVICE,
        request_s=settings.timeout_s,
    )
