"""The formatter: other layout, the same meaning, and not a character elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.content.document import parse_document
from masthead.lint.formatting import format_document

CASES = yaml.safe_load((Path(__file__).parent / "formatting.yaml").read_text(encoding="utf-8"))
HEAD = "# the rule\nname:   'x' # kept\n"
TAIL = "\n\nversion:   1.0.0   # kept\nlist: [a,   b]\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_formats(case: dict[str, Any], newline: str) -> None:
    before, after = (case[key].replace("\n", newline) for key in ("before", "after"))
    formatted = format_document(parse_document(before, "rule.yaml"))
    assert (formatted.text, formatted.problem) == (after, case.get("problem"))
    assert format_document(parse_document(after, "rule.yaml")).text == after


PIPES = st.lists(
    st.sampled_from(
        [
            "where a==1", "extend b = strcat(a ,'x  y',\"z\")", "summarize count() by a,b", "// a  comment\n where c>2",
            "project a,b,c", "where d in ('a','b')  and not(e)", "join kind=inner (U|take 1) on a",
            "mv-expand e to typeof(string)",
        ]
    ),
    max_size=6,
)  # fmt: skip


@given(pipes=PIPES, indent=st.integers(1, 6), header=st.sampled_from(["|", "|-", "|+", ">-"]), gap=st.integers(0, 2))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_formatting_twice_is_formatting_once_and_the_rest_of_the_file_stays(
    pipes: list[str], indent: int, header: str, gap: int
) -> None:
    lines = "\n| ".join(["let v=1;\nT", *pipes]).split("\n")
    block = "".join(f"\n{' ' * indent}{line}" for line in lines)
    text = f"{HEAD}query: {header}{' ' * gap}{block}{TAIL}"
    once = format_document(parse_document(text, "rule.yaml")).text
    assert format_document(parse_document(once, "rule.yaml")).text == once
    assert once.startswith(HEAD)
    assert once.endswith(TAIL)
    # In a folded block, lines were joined before the formatter saw them; the header changes with them.
    if header != ">-":
        assert "".join(once.split()) == "".join(text.split())
