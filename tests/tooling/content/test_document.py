"""What a YAML file means, what is refused, and where its values stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from masthead.content.document import parse_document, read_document
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.location import Position, Span

REFUSALS = yaml.safe_load((Path(__file__).parent / "refusals.yaml").read_text(encoding="utf-8"))


def say(finding: Finding) -> str:
    where = finding.span.start if finding.span else "-"
    return f"{finding.severity} {finding.code} {where} {finding.message}" + (
        f" -- {finding.hint}" if finding.hint else ""
    )


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case["name"])
def test_text_that_is_no_content_is_refused_with_its_place(case: dict[str, str]) -> None:
    with pytest.raises(ContentError) as caught:
        parse_document(case["text"], "rule.yaml")
    assert [say(each) for each in caught.value.findings] == [case["says"]]
    (finding,) = caught.value.findings
    assert finding.path == "rule.yaml"
    assert finding.source_line == case["text"].splitlines()[finding.span.start.line - 1].replace("\a", "\ufffd")


def test_plain_scalars_follow_yaml_1_2_so_that_nothing_turns_into_a_number_or_a_date_by_surprise() -> None:
    text = """\
numbers: [0, -1, +7, 0o17, 0x1F, 1.5, .5, 1e3, 010]
words: [yes, no, on, off, 1:30, 1:30:00, 2026-01-01, 2026-01-01T00:00:00Z, 1_000, .inf, 1.0.0, "1", '~', !!str 3]
truths: [true, True, FALSE]
nothing: [null, ~, ]
empty:
2: a key is text
"""
    assert parse_document(text, "x.yaml").data == {
        "numbers": [0, -1, 7, 15, 31, 1.5, 0.5, 1000.0, 10],
        "words": [
            "yes",
            "no",
            "on",
            "off",
            "1:30",
            "1:30:00",
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "1_000",
            ".inf",
            "1.0.0",
            "1",
            "~",
            "3",
        ],
        "truths": [True, True, False],
        "nothing": [None, None],
        "empty": None,
        "2": "a key is text",
    }


def test_spans_are_what_a_reader_would_point_at() -> None:
    text = """\
# a rule
name: 'a name'   # why
query: |
  AKSAudit
  | take 1

entityMappings:
  - entityType: Account
    fieldMappings: [{identifier: Name,
      columnName: Actor}]
tactics: &t
  - Impact
same: *t
"""
    document = parse_document(text, "rule.yaml")
    spans = {
        ("name",): "2:7-2:15",
        ("query",): "3:8-5:11",
        ("entityMappings",): "8:3-10:26",
        ("entityMappings", 0): "8:5-10:26",
        ("entityMappings", 0, "fieldMappings", 0, "columnName"): "10:19-10:24",
        ("tactics",): "11:10-12:11",
        ("same",): "13:7-13:9",
        ("entityMappings", 3, "missing"): "8:3-10:26",
        (): "2:1-13:9",
    }
    found = {path: document.span(path) for path in spans}
    assert {path: f"{span.start}-{span.end}" for path, span in found.items()} == spans
    assert document.key_span(("entityMappings", 0, "fieldMappings")) == Span(Position(9, 5), Position(9, 18))
    assert document.key_span(("entityMappings", 0)) == document.span(("entityMappings", 0))
    finding = document.finding("MH008", "no", ("name",), key=True, hint="do", severity=Severity.WARNING)
    assert finding == Finding(
        "MH008", "schema", Severity.WARNING, "no", "rule.yaml", Span(Position(2, 1), Position(2, 5)), "do",
        "name: 'a name'   # why",
    )  # fmt: skip


def test_findings_show_what_a_terminal_would_obey() -> None:
    text = 'a: 1\n"\\e[31m\\u202Ea": 1\n"\\e[31m\\u202Ea": \u202e2\n'
    with pytest.raises(ContentError) as caught:
        parse_document(text, "x.yaml")
    assert [(say(each), each.source_line) for each in caught.value.findings] == [
        (
            r'error MH006 3:1 the key "\x1b[31m\u202ea" stands here a second time; the first is in line 2'
            " -- Remove or rename one of the two.",
            r'"\e[31m\u202Ea": ' + "\ufffd2",
        )
    ]


def test_an_empty_file_is_nothing_at_its_start() -> None:
    document = parse_document("", "x.yaml")
    assert (document.data, document.span(("a",))) == (None, Span(Position(1, 1), Position(1, 1)))


def test_a_byte_order_mark_and_windows_line_ends_do_not_move_positions(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: x\r\nquery: |\r\n  A\r\n  B\r\n")
    document = read_document(tmp_path / "a.yaml", tmp_path)
    assert document.data == {"name": "x", "query": "A\nB\n"}
    assert document.key_span(("name",)).start == Position(1, 1)
    assert document.position_in(("query",), 2) == Position(4, 3)


def refusal(path: Path, root: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(ContentError) as caught:
        read_document(path, root)
    return [(each.path, say(each), each.source_line or "") for each in caught.value.findings]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "rules").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("a: 1")
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "latin1.yaml").write_bytes("name: a\nnote: é".encode("latin-1"))
    (root / "huge.yaml").write_bytes(b"query: |\n" + b"  AKSAudit\n" * 1_000_000)
    outside = "error MH001 - the path lies outside the project -- "
    outside += f"Masthead reads only files below the project's root, {root}."
    assert [
        refusal(root / "missing.yaml", root),
        refusal(root / "rules", root),
        refusal(root / "huge.yaml", root),
        refusal(root / "latin1.yaml", root),
    ] == [
        [("missing.yaml", "error MH001 - the file does not exist", "")],
        [("rules", "error MH001 - this is a folder, not a file", "")],
        [("huge.yaml", "error MH003 - the file is larger than 2 MB -- Split it.", "")],
        [
            (
                "latin1.yaml",
                "error MH002 2:7 the file is not UTF-8: byte 0xe9 cannot stand here -- Save the file as UTF-8.",
                "note: �",
            )
        ],
    ]
    assert [each[0][1] for each in (refusal(tmp_path / "outside.yaml", root), refusal(root / "link.yaml", root))] == [
        outside,
        outside,
    ]
