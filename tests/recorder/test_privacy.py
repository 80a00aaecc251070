"""What is found in a text that could be somebody's, and what is not taken for it."""

from __future__ import annotations

import base64
import json

import pytest

from recorder.privacy import private_things

# Put together here, so that nobody's scanner takes this file for a leak.
GITHUB = "ghp" + "_" + "a1" * 18
JWT = "eyJ" + "hbGciOiJSUzI1NiJ9" + ".eyJ" + "zdWIiOiJzaG9wIn0x" + ".c2lnbmF0dXJl"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEA\n"


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("10.0.0.1", ["address 10.0.0.1"]),
        ("https://10.0.0.1:6443/api", ["address 10.0.0.1"]),
        ("It came from 8.8.8.8.", ["address 8.8.8.8"]),
        ("10.0.0.0/8", ["address 10.0.0.0"]),
        ("10.0.0.1-10.0.0.9", ["address 10.0.0.1", "address 10.0.0.9"]),
        (json.dumps("hosts:\n10.0.0.1\tdb"), ["address 10.0.0.1"]),
        ("ip-10-1-2-3.ec2.internal", ["address 10.1.2.3"]),
        ("::ffff:10.0.0.1", ["address 10.0.0.1"]),
        ("[2606:4700::1111]:443", ["address 2606:4700::1111"]),
        ("fe80::1", ["address fe80::1"]),
        ("Jane.Doe@corp.com", ["mailbox Jane.Doe@corp.com"]),
        ("jane@myexample.com", ["mailbox jane@myexample.com"]),
        (f'{{"token":"{GITHUB}"}}', ["GitHub token ghp_a1a1a1a1a1a1…"]),
        ("AKIA" + "ABCDEFGH12345678", ["AWS access key AKIAABCDEFGH1234…"]),
        ("?sv=2024-11-04&" + "sig=" + "a%2B" * 10, ["Azure shared access signature sig=a%2Ba%2Ba%2B…"]),
        ("Account" + "Key=" + "a1" * 20, ["Azure storage key AccountKey=a1a1a…"]),
        (JWT, ["signed web token eyJhbGciOiJSUzI1…"]),
        (f"[{in_base64(JWT)}]", ["signed web token eyJhbGciOiJSUzI1… in base64"]),
        ("Authorization: Bearer " + "0123456789abcdefghij", ["bearer token Bearer 012345678…"]),
        (KEY, ["private key -----BEGIN RSA P…"]),
        (json.dumps({"key": in_base64(KEY)}), ["private key -----BEGIN RSA P… in base64"]),
        ("ssh-ed25519 " + "AAAAC3Nz", ["public key ssh-ed25519 AAAA"]),
        ("/home/jane/.kube/config", ["home folder /home/jane/.kube…"]),
        ("--kubeconfig=/root/x", ["home folder /root/x"]),
        ('{"body":"{\\"secret\\":\\"hunter2\\"}"}', ["value of a leaked secret"]),
        ("agent on buildbox-7/2", ["name buildbox-7"]),
        ("BuildBox-7", ["name buildbox-7"]),
        ('"10.0.0.1","10.0.0.1"', ["address 10.0.0.1"]),
    ],
)
def test_what_could_be_somebodys_is_found(text, things):
    assert private_things(text, also=["buildbox-7", ""]) == things


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1, 198.51.100.255 and 203.0.113.0/24.",
        "https://127.0.0.1:6443, [::1]:6443, 0.0.0.0/0, ::/0 and 2001:db8::1",
        "http://169.254.169.254/metadata/identity",
        "v1.2.3.4, 1.2.3.4.5, 1.2.3.4-alpine and 999.1.1.1",
        "2026-11-02T08:00:07Z 12:30:45 aa:bb:cc:dd:ee:ff system:serviceaccount:shop:web iam::123456789012",
        "alice@contoso.example bob@example.com git@github.com",
        "registry.example/nginx@sha256:0123 actions/checkout@v4.1.0",
        f"ca: {in_base64(CERTIFICATE)}",
        "/proc/1/root /rootfs runAsRoot /var/lib/home/x",
        '{"secret":"REDACTED"} {"volumes":[{"secret":{"secretName":"web"}}]}',
        "buildbox-70 mybuildbox-7",
    ],
)
def test_what_is_nobodys_is_not(text):
    assert private_things(text, also=["buildbox-7"]) == []
