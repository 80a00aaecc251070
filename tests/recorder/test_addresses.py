"""Which loopback address stands for which documentation address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.addresses import documentation_of, loopback_of, move_text, source_of

HOSTS = st.integers(min_value=0, max_value=255)
NETWORKS = st.sampled_from([("127.1.0", "192.0.2"), ("127.2.0", "198.51.100"), ("127.3.0", "203.0.113")])


@given(NETWORKS, HOSTS)
def test_each_address_stands_for_one(networks, host):
    loopback, documentation = (f"{network}.{host}" for network in networks)

    assert (loopback_of(documentation), documentation_of(loopback)) == (loopback, documentation)


@pytest.mark.parametrize("address", ["10.0.0.1", "192.0.2.256", "192.0.2.01", "192.0.2", "127.1.0.1", "", "::1"])
def test_what_stands_for_nothing_is_refused(address):
    with pytest.raises(ValueError, match=r"is not an address in 192\.0\.2\.0/24"):
        loopback_of(address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.1.0.11", "192.0.2.11"),
        ("https://127.1.0.11:10250/pods", "https://192.0.2.11:10250/pods"),
        ("from 127.3.0.7.", "from 203.0.113.7."),
        ("127.2.0.0/24", "198.51.100.0/24"),
        ("ip-127-1-0-11.internal", "ip-192-0-2-11.internal"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.1.0.256", "127.1.0.256"),
        ("1.127.1.0.11", "1.127.1.0.11"),
        ("127.1.0.11.5", "127.1.0.11.5"),
        ("127.4.0.11", "127.4.0.11"),
    ],
)
def test_text_moves(text, expected):
    assert move_text(text) == expected


@pytest.mark.parametrize(("seen", "said"), [("127.0.0.1", "192.0.2.2"), ("127.3.0.66", "203.0.113.66"), ("::1", "::1")])
def test_the_source_of_a_request(seen, said):
    assert source_of(seen) == said
