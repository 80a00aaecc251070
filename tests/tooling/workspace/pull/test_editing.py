"""Values that change in a file, and everything else that stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from tooling.workspace.pull.test_yaml_text import TEXTS

from masthead.content.document import parse_document
from masthead.workspace.pull.converted import Inexpressible
from masthead.workspace.pull.differences import applied, differences
from masthead.workspace.pull.editing import edited
from masthead.workspace.pull.yaml_text import write_yaml

CASES = yaml.safe_load((Path(__file__).parent / "editing.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_only_what_has_changed_is_written(case: dict[str, Any]) -> None:
    document = parse_document(case["text"], "a.yaml")
    edits = list(differences(document.data, case["before"], case["now"]))
    if "refused" in case:
        with pytest.raises(Inexpressible, match=case["refused"]):
            edited(document, edits, case.get("comments"))
    else:
        text = edited(document, edits, case.get("comments"))
        assert text == case["after"]
        assert parse_document(text, "a.yaml").data == applied(document.data, edits)


STYLES = st.sampled_from(["ours", "lines", "brackets"])
KEYS = st.sampled_from(["query", "description", "severity", "tags", "a b", "Binding"])
VALUES = st.recursive(
    TEXTS | st.integers(0, 9) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
DATA = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5).map(lambda data: {"id": "1", **data})


def styled(data: dict[str, Any], style: str) -> str:
    """The data as others write it: what is flat in brackets, or never anything."""
    if style == "ours":
        return write_yaml(data)
    flow = None if style == "brackets" else False
    texts = []
    for key, value in data.items():
        text = yaml.safe_dump({key: value}, allow_unicode=True, default_flow_style=flow)
        if text.startswith("{"):  # the file itself has lines
            text = yaml.safe_dump({key: value}, allow_unicode=True, default_flow_style=False)
        texts.append(text)
    return "".join(texts)


@given(before=DATA, now=DATA, style=STYLES)
@example(before={"a": 1, "b": [{"c": 2, "d": 3}]}, now={"a": 1, "b": [{"d": 3}]}, style="ours")
@example(before={"a": 1, "b": {"c": 2, "d": 3}}, now={"a": 1, "b": {"c": 2}, "d": {}}, style="ours")
@example(
    before={"tags": [{"severity": {"query": "b"}}]}, now={"tags": [{"severity": {"query": "c\nd"}}]}, style="lines"
)
def test_any_data_becomes_any_other(before: dict[str, Any], now: dict[str, Any], style: str) -> None:
    document = parse_document(styled(before, style), "a.yaml")
    edits = list(differences(document.data, document.data, now))
    text = edited(document, edits)
    assert parse_document(text, "a.yaml").data == now == applied(document.data, edits)
    source = document.source
    for key in [key for key in now if key in document.data and document.data[key] == now[key]]:
        span = document.span((key,))
        assert source.text[source.index(span.start) : source.index(span.end)] in text


@given(before=DATA, style=STYLES)
def test_nothing_changes_where_nothing_differs(before: dict[str, Any], style: str) -> None:
    document = parse_document(styled(before, style), "a.yaml")
    assert list(differences(document.data, before, before)) == []
    assert edited(document, []) == document.source.text
