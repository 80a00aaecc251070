"""Texts taken apart: the cases in atoms.yaml, secrets, and that nothing is lost."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from masthead.workspace.record.atoms import AtomKind, atoms

CASES = yaml.safe_load((Path(__file__).parent / "atoms.yaml").read_text(encoding="utf-8"))

# Put together here, so that nobody's scanner takes this file for a leak.
JWT = "eyJ" + "hbGciOiJSUzI1NiJ9" + ".eyJ" + "zdWIiOiJzaG9wIn0x" + ".c2lnbmF0dXJl"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA " + "PRIVATE KEY-----"
SECRETS = [
    JWT,
    KEY,
    KEY.split("-----END")[0],
    base64.b64encode(KEY.encode()).decode(),
    base64.b64encode(JWT.encode()).decode(),
    "ghp" + "_" + "a1" * 18,
    "github_pat" + "_" + "a1" * 18,
    "AKIA" + "ABCDEFGH12345678",
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_what_is_in_a_text(case):
    found = [[str(kind), text] for kind, text in atoms(case["text"]) if kind is not AtomKind.PLAIN]
    assert found == case["atoms"]


@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_a_secret_is_one_wherever_it_stands(secret):
    found = list(atoms(f"it is {secret}"))
    assert [text for kind, text in found if kind is AtomKind.SECRET] == [secret]


@given(st.text() | st.text(alphabet="a1F:.-@%/ \\n=_{}\"'"))
def test_the_pieces_are_the_whole_text(text):
    assert "".join(each.text for each in atoms(text)) == text
