"""What do the settings of APIs have in common? Secrets that are filled, and safe addresses."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from tasks.config.wording import wrong


def _filled(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise wrong("it is empty.", "Put the secret here, such as ${TOKEN}.")
    return secret


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        fits = bool(host) and parts.port != 0 and parts.scheme in {"http", "https"}
    except ValueError:
        fits = False
    if not fits or parts.query or parts.username:
        raise wrong("this is not a web address.", "Write one such as https://api.example.com.")
    if parts.scheme == "http" and not _is_near(host):
        raise wrong("a token would go there unencrypted.", "Write https:// instead of http://.")
    return url.rstrip("/")


Secret = Annotated[SecretStr, AfterValidator(_filled)]
Address = Annotated[str, AfterValidator(_address)]
