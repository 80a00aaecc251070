"""The memory of which tables queries read."""

from __future__ import annotations

import pytest

from masthead.coverage.cache import TableCache

FILE = ".masthead/cache/tables-read.json"


def never():
    raise AssertionError("the cache should have known")


def remember(root, *queries, context=("1",)):
    cache = TableCache(root, context)
    for query in queries:
        cache.tables(query, lambda query=query: (query.split()[0],))
    cache.save()


def test_the_next_run_remembers(tmp_path):
    remember(tmp_path, "A | take 1", "B | take 1")
    assert TableCache(tmp_path, ["1"]).tables("B | take 1", never) == ("B",)


def test_another_context_asks_again(tmp_path):
    remember(tmp_path, "A | take 1")
    assert TableCache(tmp_path, ["2"]).tables("A | take 1", lambda: ("Other",)) == ("Other",)


def test_what_a_run_did_not_use_is_forgotten(tmp_path):
    remember(tmp_path, "A | take 1", "B | take 1")
    remember(tmp_path, "A | take 1")
    assert TableCache(tmp_path, ["1"]).tables("B | take 1", lambda: ("asked",)) == ("asked",)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\xff\xfe", b'{"x": "A"}'])
def test_a_broken_file_is_as_good_as_none(tmp_path, broken):
    remember(tmp_path, "A | take 1")
    (tmp_path / FILE).write_bytes(broken)
    assert TableCache(tmp_path, ["1"]).tables("A | take 1", lambda: ("asked",)) == ("asked",)
    remember(tmp_path, "A | take 1")
    assert TableCache(tmp_path, ["1"]).tables("A | take 1", never) == ("A",)


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path):
    (tmp_path / ".masthead").write_text("a file where the folder should be")
    remember(tmp_path, "A | take 1")
    assert list(tmp_path.iterdir()) == [tmp_path / ".masthead"]


def test_nothing_but_the_cache_is_left_behind(tmp_path):
    remember(tmp_path, "A | take 1")
    assert [path.name for path in (tmp_path / ".masthead/cache").iterdir()] == ["tables-read.json"]
