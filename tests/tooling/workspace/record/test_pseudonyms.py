"""What pseudonyms keep of the original, and what they do not."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.workspace.errors import WorkspaceError
from masthead.workspace.record.pseudonyms import Pseudonyms

TOKENS = st.text(alphabet=st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x24F), min_size=3, max_size=24)


def shape(text: str) -> list[str]:
    return ["digit" if each.isdigit() else "upper" if each.isupper() else "lower" for each in text]


@given(st.lists(TOKENS, max_size=60))
def test_the_same_has_the_same_and_another_has_another(tokens):
    pseudonyms = Pseudonyms(b"key", avoid={token.lower() for token in tokens})
    made = {token: pseudonyms.any(token) for token in tokens}
    assert all(pseudonyms.any(token) == made[token] for token in tokens)
    assert len({each.lower() for each in made.values()}) == len({token.lower() for token in tokens})
    # Nothing that stood there is given to somebody else.
    assert not {each.lower() for each in made.values()} & {token.lower() for token in tokens}


@given(st.text(alphabet="abcXYZ019", min_size=4, max_size=24))
def test_the_shape_stays(token):
    made = Pseudonyms(b"key").any(token)
    assert shape(made) == shape(token)
    if all(each in "0123456789abc" for each in token) and any(map(str.isdigit, token)):
        int(made, 16)


@pytest.mark.parametrize(("one", "other"), [("Alice", "alice"), ("McDonald", "mcdonald"), ("7F3a9", "7f3A9")])
def test_what_differs_in_capitals_still_does(one, other):
    pseudonyms = Pseudonyms(b"key")
    made = [pseudonyms.any(each) for each in (one, other)]
    assert (made[0] != made[1], made[0].lower()) == (True, made[1].lower())


def test_a_key_decides():
    assert Pseudonyms(b"one").word("alice") == Pseudonyms(b"one").word("alice") != Pseudonyms(b"two").word("alice")


@given(st.integers(min_value=1000, max_value=2**63 - 1))
def test_a_number_stays_one_of_its_size(number):
    made = int(Pseudonyms(b"key").number(str(number)))
    assert (len(str(made)), made < 2**63, made < 2**31) == (len(str(number)), True, number < 2**31 or made < 2**31)


def test_a_guid_is_the_same_without_hyphens():
    pseudonyms = Pseudonyms(b"key")
    guid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    assert pseudonyms.guid(guid).replace("-", "") == pseudonyms.mixed(guid.replace("-", ""))
    assert pseudonyms.guid(guid.upper()) == pseudonyms.guid(guid).upper()


def test_domains_lie_below_example_and_differ_where_they_did():
    pseudonyms = Pseudonyms(b"key")
    made = [pseudonyms.domain(each) for each in ("corp.com", "corp.de", "Corp.com", "my-corp.com")]
    assert all(each.endswith(".example") for each in made)
    assert (made[0] == made[2].lower() != made[2], len(set(made))) == (True, 4)
    # An organization is often called like its domain.
    assert made[0] == f"{pseudonyms.word('corp')}.example"


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "127.8.9.1", "169.254.169.254", "::", "::1"])  # noqa: S104
def test_an_address_that_is_everybodys_stays(address):
    assert Pseudonyms(b"key").address(address) == address


def test_private_and_public_addresses_are_told_apart():
    pseudonyms = Pseudonyms(b"key")
    private = {
        pseudonyms.address(each) for each in ("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "010.1.2.4")
    }
    public = {pseudonyms.address(each) for each in ("8.8.8.8", "20.1.1.1", "20.1.1.2")}
    assert len(private | public) == 8
    assert all(each.startswith("192.0.2.") for each in private)
    assert all(each.startswith(("198.51.100.", "203.0.113.")) for each in public)


def test_a_network_stays_together():
    pseudonyms = Pseudonyms(b"key")
    for network in range(20):
        made = {pseudonyms.address(f"20.1.{network}.{host}").rsplit(".", 1)[0] for host in range(1, 5)}
        assert len(made) == 1


def test_more_addresses_than_there_are_pseudonyms_are_refused():
    pseudonyms = Pseudonyms(b"key")
    for host in range(254):
        pseudonyms.address(f"10.0.0.{host}")
    with pytest.raises(WorkspaceError, match="more private addresses"):
        pseudonyms.address("10.0.1.1")
    assert pseudonyms.address("10.0.0.7") == pseudonyms.address("10.0.0.7")


@settings(max_examples=30)
@given(st.lists(st.ip_addresses(v=6), min_size=2, max_size=20))
def test_addresses_of_version_6_begin_alike_where_they_did(addresses):
    pseudonyms = Pseudonyms(b"key")
    made = {each: ipaddress.ip_address(pseudonyms.address(str(each))) for each in addresses}
    assert len(set(made.values())) == len(made)
    for one in addresses:
        for other in addresses:
            if any(each.ipv4_mapped or int(each) < 2 for each in (one, other)):
                continue
            for bits in (48, 64, 80, 112):
                alike = int(one) >> (128 - bits) == int(other) >> (128 - bits)
                assert (int(made[one]) >> (128 - bits) == int(made[other]) >> (128 - bits)) == alike


def test_an_address_of_version_4_within_one_of_version_6():
    pseudonyms = Pseudonyms(b"key")
    assert pseudonyms.address("::ffff:10.1.2.3") == f"::ffff:{pseudonyms.address('10.1.2.3')}"
    assert pseudonyms.address("2001:0:0:0:0:0:0:5") == pseudonyms.address("2001::5")
