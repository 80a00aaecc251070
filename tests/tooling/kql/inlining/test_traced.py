"""Texts with edits know where each of their characters was written."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from masthead.kql.inlining.traced import Edit, Traced


def test_edits_within_each_other_and_side_by_side() -> None:
    text = Traced.written("union A, (B | where now())", "query")
    edits = [
        Edit(6, 7, before="(", after=" | x)"),
        Edit(9, 26, before="(", after=" | y)"),
        Edit(10, 11, "Rows"),
        Edit(20, 25, "T"),
        Edit(22, 23, "nothing: it lies within what was replaced"),
    ]
    assert text.edit(edits).text == "union (A | x), ((Rows | where T) | y)"


@given(st.data())
def test_what_is_kept_is_found_where_it_was_written(data: st.DataObject) -> None:
    sources = {name: data.draw(st.text("abcdef", min_size=1, max_size=12)) for name in "XYZ"}
    whole = Traced()
    for name, source in sources.items():
        whole += Traced.made("<") + Traced.written(source, name)
    places = sorted(data.draw(st.sets(st.integers(0, len(whole.text)), min_size=2, max_size=8)))
    edits = [Edit(*pair, "#") for pair in list(pairwise(places))[::2]]
    edited = whole.edit(edits)
    for offset, character in enumerate(edited.text):
        origin = edited.origin(offset)
        if character == "<":
            assert origin is None
        elif character != "#":
            assert origin is not None and sources[origin[0]][origin[1]] == character
    kept = "".join(c for i, c in enumerate(whole.text) if not any(e.start <= i < e.end for e in edits))
    assert edited.text.replace("#", "") == kept
