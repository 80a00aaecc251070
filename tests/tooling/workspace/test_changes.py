"""Differences between two resources, and how long values are shown."""

from __future__ import annotations

from masthead.workspace.changes import FieldChange, changes


def test_only_what_differs_is_a_change_in_the_order_of_names() -> None:
    old = {"query": "T", "severity": "Low", "enabled": True}
    new = {"query": "U", "severity": "Low", "description": "Text"}
    assert changes(old, new) == (
        FieldChange("description", None, "Text"),
        FieldChange("enabled", True, None),
        FieldChange("query", "T", "U"),
    )


def test_texts_of_several_lines_are_shown_line_by_line() -> None:
    old = "\n".join("abcdefghij")
    change = FieldChange("query", old, old.replace("a", "A").replace("i", "I"))
    assert change.is_long
    assert change.lines() == ["-a", "+A", " b", " c", "…", " g", " h", "-i", "+I", " j"]


def test_rows_are_shown_each_in_a_line() -> None:
    change = FieldChange("items", [{"K": "1"}], [{"K": "1"}, {"K": "2"}])
    assert change.lines() == [' {"K": "1"}', '+{"K": "2"}']


def test_short_values_are_not_long() -> None:
    assert not FieldChange("severity", "Low", "High").is_long
    assert not FieldChange("tactics", ["A"], ["A", "B"]).is_long
