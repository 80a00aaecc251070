"""The keys of one cluster: an authority, the certificates it signs, and the key that signs service-account tokens.

They are made anew for each run, live in its temporary folder and go with it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=30)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate and its key."""

    certificate: Path
    key: Path


class Authority:
    """Signs the certificates of one cluster and writes them, with their keys, to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = _name("kubernetes", ())
        usage = x509.KeyUsage(True, False, True, False, False, True, True, False, False)
        certificate = (
            _draft(name, name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self._name = name
        self.pair = _write(folder, "ca", certificate, self._key)

    def issue(
        self,
        file: str,
        name: str,
        groups: Sequence[str] = (),
        *,
        addresses: Sequence[str] = (),
        hosts: Sequence[str] = (),
    ) -> Pair:
        """A certificate for the user `name` in `groups`, or for a server if it has addresses or host names."""
        key = ec.generate_private_key(ec.SECP256R1())
        server = bool(addresses or hosts)
        use = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        draft = _draft(_name(name, groups), self._name, key.public_key()).add_extension(
            x509.ExtendedKeyUsage([use]), critical=False
        )
        if server:
            draft = draft.add_extension(_alternatives(addresses, hosts), critical=False)
        return _write(self.folder, file, draft.sign(self._key, hashes.SHA256()), key)


def signing_key(folder: Path) -> Path:
    """The key that signs service-account tokens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return _write_key(folder / "service-accounts.key", key)


def certificate_request(
    name: str, groups: Sequence[str], *, addresses: Sequence[str] = (), hosts: Sequence[str] = ()
) -> bytes:
    """A request, as PEM, for a certificate of `name`; its key is thrown away, since nobody will use it.

    `addresses` and `hosts` are what a server asks for, as a kubelet does.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(_name(name, groups))
    if addresses or hosts:
        request = request.add_extension(_alternatives(addresses, hosts), critical=False)
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _alternatives(addresses: Sequence[str], hosts: Sequence[str]) -> x509.SubjectAlternativeName:
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts]
    return x509.SubjectAlternativeName([*names, *(x509.IPAddress(ipaddress.ip_address(one)) for one in addresses)])


def _draft(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
    )


def _name(name: str, groups: Sequence[str]) -> x509.Name:
    """Kubernetes reads the user from the common name and the groups from the organisations."""
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _write(folder: Path, file: str, certificate: x509.Certificate, key: Key) -> Pair:
    path = folder / f"{file}.crt"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Pair(path, _write_key(folder / f"{file}.key", key))


def _write_key(path: Path, key: Key) -> Path:
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(pem, pkcs8, plain))
    return path
