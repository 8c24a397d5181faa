"""How does a Salesforce org want to be asked: by whom, how fast, and what does its no mean?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tasks.connectors.api import Api, Refusal
from tasks.connectors.auth import NO_SECRET, Renewed
from tasks.connectors.http import Session
from tasks.connectors.pacing import Budget, Rate
from tasks.connectors.salesforce.assertion import Assertion

if TYPE_CHECKING:
    from tasks.connectors.answers import Answer
    from tasks.connectors.salesforce.settings import SalesforceSettings

TOKEN = "/services/oauth2/token"  # noqa: S105 - a path
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN = (
    "See whether the consumer key, its secret or certificate, and the user belong together, "
    "and whether the External Client App allows this flow."
)
CLOCK = "See also whether this machine's clock is right: an assertion is good for three minutes."
ADVICE = {
    401: "See whether the External Client App still allows the integration user.",
    403: "Give the integration user's permission set the right to read this.",
    404: "See whether base_url is the org's My Domain, and whether the user may see the object.",
}
A_DAY = 24 * 60 * 60
USED_UP = "REQUEST_LIMIT_EXCEEDED"
AT_ONCE = "concurrent"  # the same code says that too many requests of others run just now
TOO_MANY_IDS = "EXCEEDED_ID_LIMIT"
PASSING = {
    "UNABLE_TO_LOCK_ROW": "rows were locked",
    "QUERY_TIMEOUT": "the query took too long",
    "SERVER_UNAVAILABLE": "the server was not available",
}


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Asks without a token: only the way to one."""

    secret: SecretStr
    identity: str = ""

    def secrets(self) -> tuple[str, ...]:
        return (self.secret.get_secret_value(),)

    def headers(self) -> Mapping[str, str]:
        return {}

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the signature is Auth's
        return False


def api(settings: SalesforceSettings) -> Api:
    """Return how the org of ``settings`` wants to be asked."""
    account = f"{settings.base_url} {settings.client_id} {settings.username}"
    return Api(
        settings.name,
        settings.base_url,
        Renewed(lambda: _access_token(settings), account, _secret(settings)),
        rates={"": Rate(settings.calls_per_s, 1)},
        budget=budget,
        refusal=refusal,
        advice=ADVICE,
        request_id=("sfdc-request-id", "x-request-id"),
        request_s=settings.timeout_s,
    )


def _secret(settings: SalesforceSettings) -> SecretStr:
    return settings.client_secret or settings.private_key or NO_SECRET


def _access_token(settings: SalesforceSettings) -> str:
    """Return a new access token: for the app's own user, or the one an assertion names."""
    grant = _grant(settings)
    nobody = _Nobody(_secret(settings))
    todo = LOGIN if settings.private_key is None else f"{LOGIN} {CLOCK}"
    asking = Api(settings.name, settings.base_url, nobody, advice=ADVICE | {400: todo, 401: todo})
    with Session(asking) as session:
        answer = session.of("the access token").post(
            TOKEN, grant, expects={"access_token": str}, form=True
        )
    return str(answer.data["access_token"])


def _grant(settings: SalesforceSettings) -> dict[str, str]:
    if settings.private_key is None:
        return {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": _secret(settings).get_secret_value(),
        }
    said = Assertion(
        settings.client_id, settings.username or "", settings.audience, settings.private_key
    )
    return {"grant_type": JWT, "assertion": said.signed(settings.name, time.time())}


def budget(headers: Mapping[str, str]) -> Budget | None:
    """Return what is left of the requests of 24 hours; that is no reason to ask more slowly."""
    used, _, most = headers.get("sforce-limit-info", "").rpartition("=")[2].partition("/")
    if not (used.isdecimal() and most.isdecimal()):
        return None
    return Budget(max(0, int(most) - int(used)), A_DAY, "day")


def refusal(answer: Answer) -> Refusal | None:
    """Return what an answer means: the limit of a day comes as 403, a passing trouble as 400."""
    code = said(answer, "errorCode")
    if code == USED_UP and AT_ONCE in said(answer, "message").lower():
        return Refusal("too many requests run at once in the org", again=True)
    if code == USED_UP:
        return Refusal(
            "the org has used up its requests of the last 24 hours",
            "Nothing is lost: a sync some hours later goes on from here. See what else uses the "
            "API (Setup, System Overview), or sync less often.",
            stop=True,
        )
    if code == TOO_MANY_IDS:
        return Refusal(f"more rows were deleted than one answer may tell ({TOO_MANY_IDS})")
    return Refusal(PASSING[code], again=True) if code in PASSING else None


def said(answer: Answer, name: str) -> str:
    """Return what an error says, which comes in a list of one; nothing where it is none."""
    errors = answer.data
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get(name, "")) if isinstance(first, dict) else ""


def clock(answer: Answer, otherwise: datetime) -> datetime:
    """Return the instant at which Salesforce's own clock stood; ``otherwise`` without one."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return otherwise
