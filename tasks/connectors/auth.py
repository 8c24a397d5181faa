"""How does a request say who asks? With a fixed header, or with a token that is renewed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from pydantic import SecretStr


class Auth(Protocol):
    """Who asks: the headers that say so, and a way to renew them."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers."""
        ...

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Return whether there are other headers now than the ones that were ``refused``."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same header each time; ``secret`` keeps it out of what is printed."""

    secret: SecretStr
    header: str = "Authorization"

    def headers(self) -> Mapping[str, str]:
        """Return the header."""
        return {self.header: self.secret.get_secret_value()}

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the signature is Auth's
        """Return False: there is no other."""
        return False


def bearer(token: SecretStr) -> Fixed:
    """Return ``Authorization: Bearer``."""
    return Fixed(SecretStr(f"Bearer {token.get_secret_value()}"))


def basic(user: str, password: SecretStr) -> Fixed:
    """Return ``Authorization: Basic``."""
    both = f"{user}:{password.get_secret_value()}".encode()
    return Fixed(SecretStr(f"Basic {b64encode(both).decode('ascii')}"))


@dataclass(slots=True)
class Renewed:
    """A bearer token that runs out: ``fetch`` gets another, once for all threads that need it."""

    fetch: Callable[[], str] = field(repr=False)
    _token: str = field(default="", repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def headers(self) -> Mapping[str, str]:
        """Return the header with the token there is; get the first one."""
        with self._lock:
            self._token = self._token or self.fetch()
            return {"Authorization": f"Bearer {self._token}"}

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Get a new token, unless another thread just has."""
        with self._lock:
            if refused.get("Authorization") == f"Bearer {self._token}":
                self._token = self.fetch()
            return True
