"""How does an app say who it is without a password? By an assertion that it signs itself."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

import orjson
from pydantic import SecretStr

from tasks.connectors.api import Rejected

GOOD_FOR_S = 180  # Salesforce takes none that is good for longer


@dataclass(frozen=True, slots=True)
class Assertion:
    """Which app asks, for which user, and before whom."""

    client_id: str
    username: str
    audience: str
    key: SecretStr = field(repr=False)

    def signed(self, source: str, now_s: float) -> str:
        """Return it as a web token, good for three minutes; Rejected where the key is none."""
        claims = {
            "iss": self.client_id,
            "sub": self.username,
            "aud": self.audience,
            "exp": int(now_s) + GOOD_FOR_S,
        }
        said = f"{_part(orjson.dumps({'alg': 'RS256'}))}.{_part(orjson.dumps(claims))}"
        signature = _signature(self.key.get_secret_value(), said.encode())
        if signature is None:
            raise Rejected(
                f"{source}: nobody can log in: the private_key is no RSA key, or has a passphrase.",
                todo="Give the whole PEM text of the key, from -----BEGIN to the end.",
            )
        return f"{said}.{_part(signature)}"


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _signature(pem: str, content: bytes) -> bytes | None:
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - heavy
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - heavy

    try:
        key = serialization.load_pem_private_key(pem.replace("\\n", "\n").encode(), None)
    except (ValueError, TypeError):  # its own words may show the key
        return None
    if not isinstance(key, rsa.RSAPrivateKey):
        return None
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
