"""YAML that reads as what was written, in the style of our own files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from masthead.content.document import parse_document
from masthead.workspace.pull.workbook import json_text
from masthead.workspace.pull.yaml_text import write_yaml

CASES = yaml.safe_load((Path(__file__).parent / "yaml_text.yaml").read_text(encoding="utf-8"))

_SIGNS = [
    "",
    " ",
    "\n",
    "\t",
    "#",
    ": ",
    "- ",
    "'",
    '"',
    "\\",
    "{",
    "]",
    ",",
    "=",
    "|",
    ">",
    "%",
    "@",
    "&a",
    "*a",
    "!t",
    "?",
]
_CHARACTERS = ["é", "\U0001f600", "\x85", "\u2028", "\ufeff", "\r\n", "\x07", "\x7f", "a"]
TRICKY = st.sampled_from([*_SIGNS, *_CHARACTERS, "no", "1.0", "1:30", "~", "null"])
TEXTS = st.lists(TRICKY, max_size=6).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
DATA = st.dictionaries(st.sampled_from(["query", "description", "name"]) | TEXTS, VALUES, min_size=1, max_size=4)


@given(DATA)
@example({"query": " a\n b"})
@example({"query": "\n\n a\n"})
@example({"a": [[], {}, [["b"]], [{"c": []}], "x\ny"]})
def test_what_is_written_is_read(data: dict[str, Any]) -> None:
    assert parse_document(write_yaml(data), "a.yaml").data == data


@given(DATA)
def test_json_is_read_as_yaml_too(data: dict[str, Any]) -> None:
    assert parse_document(json_text(data), "a.workbook").data == data


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_it_looks_like_our_own(case: dict[str, Any]) -> None:
    assert write_yaml(case["data"], case.get("comments")) == case["text"]
