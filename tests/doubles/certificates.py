"""A certificate authority of our own, and a certificate for this computer signed by it."""

from __future__ import annotations

import atexit
import shutil
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certified:
    """``ca_file`` is what a client must trust, ``server`` what a server shows."""

    ca_file: Path
    server: ssl.SSLContext


@cache
def certified(*names: str) -> Certified:
    """Return a certificate for ``names``; without names, for localhost and 127.0.0.1."""
    folder = Path(tempfile.mkdtemp(prefix="keepwell-ca-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _signed(_name("Keepwell test authority"), authority_key, authority_key)
    leaf = _signed(
        _name("Keepwell test server"),
        server_key,
        authority_key,
        authority.subject,
        names or ("localhost", "127.0.0.1"),
    )
    (folder / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    (folder / "server.pem").write_bytes(
        server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + leaf.public_bytes(Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return Certified(folder / "ca.pem", context)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _signed(subject, key, signing_key, issuer=None, names=()):
    """Return a certificate: an authority where there are no names, else a server's."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
        .add_extension(_usage(is_authority=not names), critical=True)
    )
    if names:
        made = made.add_extension(
            x509.SubjectAlternativeName(map(_alternative, names)), critical=False
        )
    return made.sign(signing_key, hashes.SHA256())


def _usage(*, is_authority):
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name):
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
