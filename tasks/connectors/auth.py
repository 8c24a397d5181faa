"""How does a request say who asks? With a fixed header, or with a token that is renewed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Protocol

from pydantic import SecretStr

NO_SECRET = SecretStr("")


class Auth(Protocol):
    """Who asks: the headers that say so, and a way to renew them."""

    @property
    def identity(self) -> str:
        """A digest: the same for the same credential, and of no use to anybody else."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown."""
        ...

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
    parts: tuple[SecretStr, ...] = ()  # what it was made of

    @property
    def identity(self) -> str:
        """A digest of the secret."""
        return _digest(self.secret.get_secret_value())

    def secrets(self) -> tuple[str, ...]:
        """Return the secret and its parts."""
        return tuple(one.get_secret_value() for one in (self.secret, *self.parts))

    def headers(self) -> Mapping[str, str]:
        """Return the header."""
        return {self.header: self.secret.get_secret_value()}

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the signature is Auth's
        """Return False: there is no other."""
        return False


def bearer(token: SecretStr) -> Fixed:
    """Return ``Authorization: Bearer``."""
    return Fixed(SecretStr(f"Bearer {token.get_secret_value()}"), parts=(token,))


def basic(user: str, password: SecretStr) -> Fixed:
    """Return ``Authorization: Basic``."""
    both = b64encode(f"{user}:{password.get_secret_value()}".encode()).decode("ascii")
    return Fixed(SecretStr(f"Basic {both}"), parts=(password, SecretStr(both)))


@dataclass(slots=True)
class Renewed:
    """A bearer token that runs out: ``fetch`` gets another, once for all threads that need it.

    ``account`` tells one account from another, ``secret`` is what a token is got for. What
    ``fetch`` raises ends the question that needed it; a ``Trouble`` has it asked again.
    """

    fetch: Callable[[], str] = field(repr=False)
    account: str = ""
    secret: SecretStr = NO_SECRET
    _token: str = field(default="", repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def identity(self) -> str:
        """A digest of the account: tokens come and go."""
        return _digest(self.account)

    def secrets(self) -> tuple[str, ...]:
        """Return the token there is, and what it was got for."""
        return (self._token, self.secret.get_secret_value())

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


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
