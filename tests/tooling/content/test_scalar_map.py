"""Every character of a scalar maps to the character of the file that produced it, in all styles of YAML."""

from __future__ import annotations

import yaml
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from masthead.content.document import parse_document
from masthead.content.finding import ContentError

LINE_BREAKS = "\n\r\x85\u2028\u2029"

texts = st.text(st.sampled_from("ab c\n\n \té😀'\"\\:#-|>%,\x85\u2028\u00a0\x07"), max_size=40)
lines = st.lists(st.text(st.sampled_from("ab \té😀'\"\\:#|-"), max_size=8), min_size=1, max_size=7)


def check(source: str, *path: str | int) -> None:
    """The text at `path` is mapped exactly; `source` that is not YAML is no example."""
    try:
        document = parse_document(source, "example.yaml")
    except ContentError:
        reject()
    value = document.data
    for step in path:
        value = value[step]
    if not isinstance(value, str):
        reject()
    indexes = [document.source.index(document.position_in(path, offset)) for offset in range(len(value))]
    assert indexes == sorted(set(indexes)), "each character has its own place, in order"
    for offset, index in enumerate(indexes):
        produced_by(source, index, value[offset])
        if value[offset] in "abcé😀" and source[index] == value[offset]:
            changed = parse_document(source[:index] + "X" + source[index + 1 :], "example.yaml").data
            for step in path:
                changed = changed[step]
            assert changed == value[:offset] + "X" + value[offset + 1 :], "changing it changes this character alone"
    if value:
        end = document.source.index(document.position_in(path, len(value)))
        last = document.span_in(path, len(value) - 1, len(value))
        assert document.source.index(last.end) == end > indexes[-1]


def produced_by(source: str, index: int, char: str) -> None:
    """What stands at `index` can stand for `char`: itself, an escape, a doubled quote or a line break."""
    found = source[index]
    if found == "\\" and char != "\\":
        assert yaml.safe_load('"' + source[index : index + _escape_width(source, index)] + '"') == char
    elif found in LINE_BREAKS:
        assert char in " \n" or char == found
    else:
        assert found == char


def _escape_width(source: str, index: int) -> int:
    return {"x": 4, "u": 6, "U": 10}.get(source[index + 1], 2)


@settings(max_examples=150, deadline=None)
@given(
    texts, st.sampled_from(["|", ">", "'", '"', None]), st.sampled_from([10, 20, 80]), st.booleans(), st.integers(2, 9)
)
def test_scalars_as_pyyaml_writes_them(text: str, style: str | None, width: int, unicode: bool, indent: int) -> None:
    data = [{"before": "x", "query": text, "after": [text]}]
    check(yaml.dump(data, default_style=style, width=width, allow_unicode=unicode, indent=indent), 0, "query")
    check(yaml.dump(data, default_style=style, width=width, allow_unicode=unicode, indent=indent), 0, "after", 0)


@settings(max_examples=300, deadline=None)
@given(
    lines,
    st.sampled_from("|>"),
    st.sampled_from(["", "-", "+"]),
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
@example(["  a", "b"], "|", "-", "2", "\n", True, True)
@example(["a", "", "b", "  c", "", "d"], ">", "", "", "\n", False, True)
def test_block_scalars(
    lines: list[str], style: str, chomping: str, indent: str, line_break: str, swapped: bool, followed: bool
) -> None:
    header = style + (chomping + indent if swapped else indent + chomping) + "  # a comment"
    body = "".join("    " + line + line_break for line in lines)
    check(
        f"outer:{line_break}  query: {header}{line_break}{body}" + ("  last: 1" if followed else ""), "outer", "query"
    )


@settings(max_examples=200, deadline=None)
@given(lines, st.sampled_from(["", "'", '"']), st.sampled_from(["\n", "\r\n", "\\\n"]))
@example(["a\\x41\\u00e9", "b"], '"', "\n")
@example(["it''s", "", "", "b"], "'", "\n")
@example(["a", "", "b"], '"', "\\\n")
def test_flow_scalars_over_several_lines(lines: list[str], quote: str, line_break: str) -> None:
    check(f"outer:\n  query: {quote}" + (line_break + "    ").join(lines) + f"{quote}\n", "outer", "query")
    check(f"outer: [{quote}" + (line_break + "    ").join(lines) + f"{quote}, 1]\n", "outer", 0)


def test_anchors_tags_and_aliases_map_to_the_text_itself() -> None:
    source = "query: &q !!str  # the query\n  |\n  ab\n  c\nagain: *q\n"
    check(source, "query")
    document = parse_document(source, "example.yaml")
    assert str(document.position_in(("again",), 3)) == "4:3"
    assert str(document.span(("again",))) == "5:8"


def test_text_that_is_no_string_and_paths_that_lead_nowhere_map_to_the_nearest_value() -> None:
    document = parse_document("rule:\n  threshold: 250\n  list: []\n", "example.yaml")
    assert str(document.position_in(("rule", "threshold"), 2)) == "2:16"
    assert str(document.position_in(("rule", "list"), 2)) == "3:9"
    assert str(document.position_in(("rule", "query", 0), 7)) == "2:3"
