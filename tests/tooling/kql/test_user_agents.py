"""parse_user_agent() where its library is not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from masthead.kql import Engine, KqlError
from masthead.kql.translate.functions import user_agents


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "ua_parser.regex", None)
    user_agents._parser.cache_clear()
    user_agents._read.cache_clear()
    yield
    user_agents._parser.cache_clear()


def test_without_its_library_it_is_refused_with_the_way_to_add_it(no_library: None) -> None:
    with Engine({}) as engine, pytest.raises(KqlError) as caught:
        engine.query('print x = parse_user_agent("curl/8.0", "os")')
    assert caught.value.unsupported
    assert 'pip install "masthead[user-agent]"' in caught.value.message
