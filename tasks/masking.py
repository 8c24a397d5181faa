"""What must never be shown, and how it is struck out of everything that is written or printed.

The secrets of a configuration are known here from the moment it is read. Every error of ours, every
record of any library's log and every traceback then passes `masked`. What only looks like a secret
(a password in an address, a bearer token) is struck out even where nobody knows it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import ContextDecorator
from types import TracebackType
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "***"
SHORTEST = 4  # a shorter secret is no secret, and striking it out would leave no text readable
SHORTEST_PART = 12  # of an address: what stands between its slashes may be its key
LOOKS_SECRET = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<kept>://[^\s/@:]*:)[^\s/@]+(?=@)",  # a user keeps its name
        r"(?P<kept>bearer )[\w\-.~+/]{8,}=*",
        r"(?P<kept>basic )[a-z0-9+/]{12,}=*",
        r"(?P<kept>\b)(?:xox[a-z]-[\w-]{6,}|xapp-[\w-]{6,}|pat-[a-z0-9]+-[\w-]{8,})",
        r"(?P<kept>hooks\.slack\.com/services/)[\w/]+",
    )
)

_known: dict[str, None] = {}  # every form of every secret
_pattern: list[re.Pattern[str]] = []  # of all of them, longest first; made when it is needed


def remember(secrets: Iterable[str]) -> None:
    """Have these struck out from now on, in every form in which they may turn up."""
    new = {form for secret in secrets for form in _forms(secret)}
    if new - _known.keys():
        _known.update(dict.fromkeys(new))
        _pattern.clear()


def forget_secrets() -> None:
    """Know of no secret any more."""
    _known.clear()
    _pattern.clear()


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without the secrets of the configuration, nor those given."""
    if own := {form for secret in secrets for form in _forms(secret)}:
        text = _any_of(own).sub(MASK, text)
    if _known:
        if not _pattern:
            _pattern.append(_any_of(_known))
        text = _pattern[0].sub(MASK, text)
    for looks_so in LOOKS_SECRET:
        text = looks_so.sub(rf"\g<kept>{MASK}", text)
    return text


def in_address(address: str) -> tuple[str, ...]:
    """Return what is secret in an address: its password, its keys, else nothing.

    The address of a hook is one as a whole; so is each long part of its path, and what is no
    address although it should be.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return (address,)
    said = [
        parts.password or "",
        *re.findall(r"(?:key|token|password|secret|sig)=([^&#]+)", address),
    ]
    if parts.scheme in {"http", "https"} and len(parts.path) >= SHORTEST_PART:
        segments = [one for one in parts.path.split("/") if len(one) >= SHORTEST_PART]
        said += [address, parts.path, *segments]
    return tuple(filter(None, said))


def listen_to_logs() -> None:
    """Have whatever any logger of this process writes from now on masked first."""
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _Masking):
        logging.setLogRecordFactory(_Masking(factory))


def mask_tracebacks() -> None:
    """Have the traceback this process may die with masked."""

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = show


class WithoutSecrets(ContextDecorator):
    """Strikes the secrets out of whatever error goes through it: others write down what it says."""

    def __enter__(self) -> None:
        """Nothing has to be done before."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the error pass, with its words masked."""
        if error is not None:
            error.args = tuple(_shown(one) for one in error.args)


class Masked(logging.Filter):
    """A filter that lets every record pass, masked: for a handler with records of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record; return True."""
        mask_record(record)
        return True


def mask_record(record: logging.LogRecord) -> None:
    """Strike the secrets out of a record: its message, what fills it in, and its traceback."""
    record.msg = masked(record.msg) if isinstance(record.msg, str) else _shown(record.msg)
    if isinstance(record.args, dict):
        record.args = {name: _shown(value) for name, value in record.args.items()}
    elif record.args:
        record.args = tuple(_shown(value) for value in record.args)
    if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
        # formatters take the text where there is one, and so never see the error itself
        record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
    if record.stack_info:
        record.stack_info = masked(record.stack_info)


class _Masking:
    """Makes log records as another factory does, and masks them."""

    def __init__(self, factory: Callable[..., logging.LogRecord]) -> None:
        self._factory = factory

    def __call__(self, *args: object, **named: object) -> logging.LogRecord:
        record = self._factory(*args, **named)
        mask_record(record)
        return record


def _shown(value: object) -> object:
    """Return ``value``, or its text where that holds a secret."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return value if (safe := masked(text)) == text else safe


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as it is written, in an address, in JSON, in Python, and within Base64."""
    secret = secret.strip()
    if len(secret) < SHORTEST:
        return
    yield secret
    yield from {quote(secret, safe=""), quote(secret), quote_plus(secret), unquote(secret)}
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
    yield from _in_base64(secret.encode())


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield what Base64 makes of a secret wherever in a text it begins; its ends may vary."""
    for before in range(3):
        whole = len(secret) - (len(secret) + before) % 3
        text = b64encode(b"\0" * before + secret[:whole]).decode("ascii").rstrip("=")
        core = text[(0, 2, 3)[before] :]
        if len(core) >= 2 * SHORTEST:
            yield core
