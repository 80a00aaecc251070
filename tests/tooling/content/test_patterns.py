"""Patterns that name content: what they match, compared with a definition that is plain and slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.patterns import matches, matches_any, named

PATHS = ["detections/rbac/bound.yaml", "hunting/rbac/who.yml", "workbooks/rbac/writes.workbook", "functions/audit.yaml"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("detections/rbac/bound", ["detections/rbac/bound.yaml"]),
        ("*/rbac/*", PATHS[:3]),
        ("workbooks/*", ["workbooks/rbac/writes.workbook"]),
        ("*", PATHS),
        ("*o*d*", ["detections/rbac/bound.yaml", "functions/audit.yaml"]),
        ("detections/rbac/bound.yaml", []),
        ("detections/rbac", []),
        ("Detections/rbac/*", []),
        ("detections/rbac/boun?", []),
        ("detections/rbac/[a-z]*", []),
    ],
)
def test_what_a_pattern_names(pattern: str, names: list[str]) -> None:
    assert [path for path in PATHS if matches(pattern, path)] == names


def plainly(pattern: str, text: str) -> bool:
    """Whether the pattern matches: its first character, or for a star any number of characters, then the rest."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(plainly(pattern[1:], text[count:]) for count in range(len(text) + 1))
    return text[:1] == pattern[0] and plainly(pattern[1:], text[1:])


@given(st.text("ab/*", max_size=7), st.text("ab/", max_size=8))
def test_a_star_stands_for_any_characters(pattern: str, path: str) -> None:
    assert matches(pattern, path) == plainly(pattern, path)


@given(st.text("ab.*(\\", max_size=8), st.lists(st.text("ab.(\\", max_size=5), max_size=3))
def test_one_of_several_patterns_is_enough(path: str, patterns: list[str]) -> None:
    assert matches_any(patterns, path) == (named(path) in patterns)


def test_many_stars_take_no_longer_than_few() -> None:
    started = time.perf_counter()
    assert not matches("*a" * 40 + "b", "a" * 2000)
    assert time.perf_counter() - started < 1
