"""How is Slack called, and what does it mean when no proper answer comes back?"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from errno import EHOSTUNREACH, ENETUNREACH
from http.client import HTTPException
from socket import gaierror
from typing import Any, Self
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from tasks.channels.slack.refusals import No, in_a_sentence, unanswered, understood
from tasks.errors import ChannelUnavailable, KeepwellError

Answer = Mapping[str, Any]

PAGE = 999  # of thousands of channels; Slack gives a thousand at most
# slack_sdk writes whole requests into its log at level debug; nobody is to find messages there
_QUIET = logging.getLogger(__name__)
_QUIET.setLevel(logging.CRITICAL + 1)
# what slack_sdk lets pass when the line breaks, or when an answer is no JSON object or no text
_BROKEN = (SlackClientError, OSError, HTTPException, ValueError, LookupError, AttributeError)
_CUT_OFF = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited: for an answer, and between looks at an upload."""

    timeout_s: float = 15.0
    poll_s: float = 0.5
    polls: int = 10


@dataclass(frozen=True, slots=True)
class Slack:
    """Slack as one bot sees it; ``about`` is the recipient that errors name."""

    client: WebClient = field(repr=False)
    about: str = ""

    @classmethod
    def at(cls, base_url: str, token: str, timeout_s: float) -> Self:
        """Return Slack at ``base_url``; nothing is sent twice by itself."""
        client = WebClient(
            token,
            base_url,
            timeout=timeout_s,  # type: ignore[arg-type]  # urllib takes fractions too
            retry_handlers=[],  # its own would post again after a broken connection
            logger=_QUIET,
        )
        client.proxy = None  # urllib then asks the environment, and honours NO_PROXY
        return cls(client)

    def concerning(self, recipient: str) -> Self:
        """Return the same, for errors about ``recipient``."""
        return replace(self, about=recipient)

    def ask(self, method: str, wanted: str = "ok", /, **arguments: object) -> Any:  # noqa: ANN401 - Slack's own values
        """Return what the answer to a call whose effect nobody sees holds under ``wanted``.

        Raise ``ChannelUnavailable``, ``ChannelRejected`` or ``DeliveryRejected``.
        """
        return self.whole(method, wanted, **arguments)[wanted]

    def whole(self, method: str, /, *wanted: str, **arguments: object) -> Answer:
        """Return the whole answer, in which everything ``wanted`` stands; raise as ``ask`` does."""
        answer = self._call(method, posting=False, params=arguments)
        if missing := [name for name in wanted if name not in answer]:
            where = in_a_sentence(method, self.about)
            raise unanswered(where, f"a yes without '{missing[0]}'", posting=False)
        return answer

    def post(self, **arguments: object) -> Answer:
        """Post a message and return the answer, which has its ``channel`` and ``ts``.

        Raise as ``ask`` does where it was certainly not taken, ``DeliveryUncertain`` where it may
        have been.
        """
        answer = self._call("chat.postMessage", posting=True, json=arguments)
        if not (answer.get("channel") and answer.get("ts")):
            where = in_a_sentence("chat.postMessage", self.about)
            raise unanswered(where, "a yes that does not say where the message is", posting=True)
        return answer

    def pages(self, method: str, wanted: str, /, **arguments: object) -> Iterator[Answer]:
        """Yield what stands in the list ``wanted`` of every page; raise as ``ask`` does."""
        cursor, before = "", ""
        while True:
            turned_to = {**arguments, "limit": PAGE, "cursor": cursor or None}
            page = self.whole(method, wanted, **turned_to)
            yield from page[wanted]
            cursor, before = (page.get("response_metadata") or {}).get("next_cursor") or "", cursor
            if cursor in {"", before}:
                return

    def _call(self, method: str, *, posting: bool, **sent: Any) -> Answer:  # noqa: ANN401 - the SDK's own arguments
        answer = _answer(self.client, method, sent)
        if isinstance(answer, Exception):
            # outside of any except: what slack_sdk raised holds the request and its token
            raise self._meaning(answer, method, posting)
        return answer

    def _meaning(self, error: Exception, method: str, posting: bool) -> KeepwellError:
        if isinstance(error, SlackApiError):
            response = error.response
            said = response.data if isinstance(response.data, dict) else {}
            no = No(method, self.about, posting, response.status_code, said, response.headers)
            return understood(no)
        where = in_a_sentence(method, self.about)
        if never_left(error):
            return ChannelUnavailable(f"Slack cannot be reached: {_reason(error)}.", where=where)
        return unanswered(where, _reason(error), posting)


def _answer(client: WebClient, method: str, sent: Mapping[str, Any]) -> Answer | Exception:
    try:
        said = client.api_call(method, **sent).data
    except _BROKEN as error:
        return error
    return said if isinstance(said, dict) else ValueError("not an object")


def never_left(error: Exception) -> bool:
    """Return whether ``error`` came before the request was sent, so that nobody has got it."""
    reason = error.reason if isinstance(error, URLError) else None
    if isinstance(reason, ssl.SSLError):
        return not isinstance(reason, _CUT_OFF)  # these also come while a request is being sent
    if isinstance(reason, ConnectionRefusedError | gaierror):
        return True
    return isinstance(reason, OSError) and reason.errno in {ENETUNREACH, EHOSTUNREACH}


def _reason(error: Exception) -> str:
    """Return what happened in a few words; nothing of a request or an answer is in them."""
    if isinstance(error, URLError) and isinstance(error.reason, OSError):
        return error.reason.strerror or type(error.reason).__name__
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError | HTTPException):
        return "the connection broke off"
    return "an answer that is not JSON"
