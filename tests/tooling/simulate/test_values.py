"""How values of a query are written into an alert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from masthead.simulate.values import cut, items_of, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("mallory", "mallory"),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        (datetime(2026, 11, 3, 9, 2, 10, 9000, UTC), "2026-11-03T09:02:10.0090000Z"),
        (datetime(2026, 11, 3, 9, tzinfo=timezone(timedelta(hours=2))), "2026-11-03T07:00:00.0000000Z"),
        (timedelta(hours=1), "01:00:00"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=500), "1.02:03:04.5000000"),
        (-timedelta(minutes=90), "-01:30:00"),
        (["a", 1, {"b": None}], '["a",1,{"b":null}]'),
    ],
)
def test_text_is_what_tostring_writes(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (None, ()),
        ("", ()),
        ("Persistence", ("Persistence",)),
        ("Persistence, Impact,", ("Persistence", "Impact")),
        ('["Persistence","Impact"]', ("Persistence", "Impact")),
        ("[Persistence, Impact]", ("Persistence", "Impact")),
        (["Persistence", "", None], ("Persistence",)),
    ],
)
def test_items_come_from_lists_json_and_commas(value: object, items: tuple[str, ...]) -> None:
    assert items_of(value) == items


def test_a_cut_never_splits_a_character() -> None:
    assert cut("aé", 2) == "a"
    assert cut("aé", 3) == "aé"
