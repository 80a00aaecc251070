"""A pull in words and as a diff."""

from __future__ import annotations

from pathlib import Path

from masthead.report.pull import pull_difference, pull_lines
from masthead.workspace.pull.pulling import Left, Pull, Pulled
from masthead.workspace.resources import Key, ResourceKind

RULE, LIST = Key(ResourceKind.DETECTION, "1"), Key(ResourceKind.WATCHLIST, "VIPs")
PULL = Pull(
    pulled=(
        Pulled(key=RULE, title="A", files={"a.yaml": "b: 2\n"}, fields=("b",), notes=("a note",)),
        Pulled(key=LIST, title="B", files={"b.yaml": "c\n", "b.csv": "\x1b[31mred\n"}),
    ),
    left=(Left(RULE, "\x1b[31mFusion", "it is not ours"),),
    unchanged=3,
    others=2,
)


def test_what_becomes_of_everything_is_told() -> None:
    assert list(pull_lines(PULL, would=True)) == [
        "a.yaml: would be changed: b",
        "  a note",
        "b.yaml: would be written",
        "b.csv: would be written",
        'detection 1: "\\x1b[31mFusion" is left: it is not ours',
        "2 saved searches: left: neither functions nor hunting queries",
        "2 resources in 3 files would be written, 3 as the content or the last deployment has them, 1 left",
    ]


def test_a_diff_has_what_is_there_and_a_terminal_is_not_obeyed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("\ufeffb: 1\n", encoding="utf-8")
    diff = pull_difference(PULL, tmp_path)
    assert diff == (
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-b: 1\n+b: 2\n"
        "--- /dev/null\n+++ b/b.yaml\n@@ -0,0 +1 @@\n+c\n"
        "--- /dev/null\n+++ b/b.csv\n@@ -0,0 +1 @@\n+\x1b[31mred\n"
    )
    assert pull_difference(PULL, tmp_path, terminal=True) == diff.replace("\x1b", "\N{REPLACEMENT CHARACTER}")
