"""The certificate of the stand-in: made once a process, signed by itself, for loopback only."""

from __future__ import annotations

import atexit
import datetime as dt
import ipaddress
import shutil
import ssl
import tempfile
from functools import cache
from pathlib import Path


@cache
def certificate() -> Path:
    """A PEM file with the certificate alone, for clients to trust. It is gone when the process ends."""
    return _made()[0]


@cache
def server_context() -> ssl.SSLContext:
    """What the server signs with."""
    _, both = _made()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(both)
    return context


@cache
def _made() -> tuple[Path, Path]:
    """The certificate, and the certificate with its key, in a folder that only the user can read."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Masthead's stand-in for Sentinel")])
    now = dt.datetime.now(dt.UTC)
    addresses = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder = Path(tempfile.mkdtemp(prefix="masthead-stand-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    alone, both = folder / "certificate.pem", folder / "server.pem"
    alone.write_bytes(public)
    both.touch(mode=0o600)
    both.write_bytes(public + private)
    return alone, both
