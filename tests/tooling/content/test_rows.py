"""Recordings and their rows: what fits the table, and what does not, by line."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from masthead.content import row_files, rows
from masthead.content.document import read_document
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind
from masthead.content.recording import Provenance, ProvenanceKind, Recording
from masthead.content.rows import check_recording, read_rows

RECORDING = """\
title: Escalation
description: mallory binds.
provenance:
  kind: recorded
  source: a test cluster
  how: exported
  versions: {kubernetes: "1.31"}
period: {from: 2026-01-01T00:00:00Z, to: 2026-01-01T01:00:00Z}
tables: [Audit]
"""
FILE = ContentFile("tests/recordings/kubernetes/escalation/recording.yaml", Kind.RECORDING)
TYPES = ["string", "long", "int", "real", "bool", "datetime", "timespan", "dynamic", "guid", "decimal"]
TABLES = {"Audit": {"TimeGenerated": "datetime"} | {kind.capitalize(): kind for kind in TYPES}}
CASES = yaml.safe_load((Path(__file__).parent / "rows.yaml").read_text(encoding="utf-8"))


def row(more: str = "") -> str:
    time = '"TimeGenerated": "2026-01-01T00:30:00Z"'
    return f"{{{time}, {more}}}" if more else f"{{{time}}}"


def recording(root: Path, lines: str | bytes | None, text: str = RECORDING) -> Recording:
    folder = root / "tests/recordings/kubernetes/escalation"
    folder.mkdir(parents=True)
    (folder / "recording.yaml").write_text(text)
    if lines is not None:
        (folder / "Audit.ndjson").write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    return Recording.read(read_document(folder / "recording.yaml", root), FILE, root)


def says(recording: Recording) -> list[str]:
    return [
        str(each).removeprefix("tests/recordings/kubernetes/escalation/") + (f" -- {each.hint}" if each.hint else "")
        for each in check_recording(recording, TABLES.get)
    ]


def test_a_recording_and_its_rows(tmp_path: Path) -> None:
    escalation = recording(
        tmp_path,
        row(
            '"String": "é", "Long": -9223372036854775808, "Int": 1, "Real": 1, "Bool": true, "Timespan": "1.02:03:04.5"'
        )
        + "\r\n\n"
        + '{"TimeGenerated": "2026-01-01T00:31:00.1234567+01:00", "_ingestion_time": "2026-01-01T00:32:00Z", '
        + '"Dynamic": {"a": [1]}, "Guid": "1b2c3d4e-0000-4000-8000-000000000004", "Decimal": "1.5", "Real": null}',
    )
    assert (escalation.name, escalation.tables) == ("kubernetes/escalation", ("Audit",))
    assert escalation.provenance == Provenance(
        ProvenanceKind.RECORDED, "a test cluster", "exported", {"kubernetes": "1.31"}, {}
    )
    assert (escalation.start, escalation.end) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 1, tzinfo=UTC),
    )
    assert says(escalation) == []
    first, second = read_rows(escalation, "Audit")
    assert (first["Long"], first["Timespan"], second["Dynamic"]) == (-(2**63), "1.02:03:04.5", {"a": [1]})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"][:60])
def test_a_row_that_does_not_fit_is_named_by_its_line(tmp_path: Path, case: dict[str, str]) -> None:
    line = case.get("line") or row(case["row"])
    assert says(recording(tmp_path, f"{row()}\n{line}\n{row()}\n")) == [f"Audit.ndjson:{case['says']}"]


def test_lines_that_no_text_file_can_show(tmp_path: Path) -> None:
    lines = b'{"a": "\xff"}\n' + b"[" * 100_000 + b"\n"
    assert says(recording(tmp_path, lines)) == [
        "Audit.ndjson:1:8: MH002 the line is not UTF-8",
        "Audit.ndjson:2:1: MH012 this cannot be read as JSON: it nests too deep",
    ]


def test_reading_stops_at_a_broken_line(tmp_path: Path) -> None:
    reader = read_rows(recording(tmp_path, row() + "\n{\n"), "Audit")
    assert next(reader) == {"TimeGenerated": "2026-01-01T00:30:00Z"}
    with pytest.raises(ContentError, match=r"Audit\.ndjson:2:2: MH012 this is not valid JSON: expecting property name"):
        next(reader)


def test_tables_without_rows_without_a_schema_or_without_a_mention(tmp_path: Path) -> None:
    both = recording(tmp_path, None, RECORDING.replace("[Audit]", "[Audit, Unknown]"))
    for name in ("Extra.ndjson", "More.ndjson.gz"):
        (both.folder / name).write_text("")
    assert says(both) == [
        "recording.yaml:9:17: MH016 the catalog has no table Unknown -- Describe it in catalog/tables/Unknown.yaml.",
        "Extra.ndjson: MH016 recording.yaml does not name the table Extra",
        "More.ndjson.gz: MH016 recording.yaml does not name the table More",
        "recording.yaml:9:10: MH016 the rows of Audit cannot be read: No such file or directory"
        " -- They belong in tests/recordings/kubernetes/escalation/Audit.ndjson.",
    ]
    with pytest.raises(ContentError, match=r"MH016 the recording kubernetes/escalation has no rows of Extra"):
        next(read_rows(both, "Extra"))


def test_files_and_lines_are_bounded_and_so_are_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = recording(tmp_path, "{}\n" * 500)
    assert says(many) == [
        f"Audit.ndjson:{line}:1: MH015 the row has no TimeGenerated -- Every row needs the time at which it happened."
        for line in range(1, 101)
    ]
    monkeypatch.setattr(row_files, "MAX_LINE_BYTES", 0)
    assert says(many) == ["Audit.ndjson:1:1: MH003 the line is longer than 0 MB"]
    monkeypatch.setattr(row_files, "MAX_FILE_BYTES", 0)
    too_large = "Audit.ndjson: MH003 the file is larger than 0 MB -- Keep only the rows that tell the story."
    assert says(many) == [too_large]


def packed(root: Path, data: bytes) -> Recording:
    """A recording whose rows are the gzip `data`."""
    made = recording(root, None)
    (made.folder / "Audit.ndjson.gz").write_bytes(data)
    return made


def test_rows_may_be_gzipped_in_one_or_several_members(tmp_path: Path) -> None:
    members = [gzip.compress(f"{row(f'{chr(34)}Long{chr(34)}: {number}')}\n".encode()) for number in range(3)]
    escalation = packed(tmp_path, b"".join(members))
    assert says(escalation) == []
    assert [each["Long"] for each in read_rows(escalation, "Audit")] == [0, 1, 2]


WRONG = gzip.compress(f"{row()}\n{row('Long')}\n".encode())
BROKEN = {
    "a line that is wrong": (WRONG, ":2:43: MH012 this is not valid JSON: expecting property name enclosed"),
    "cut off": (WRONG[:-9], ": MH020 the compressed rows end too early: the file was cut off"),
    "empty": (b"", ": MH020 the compressed rows end too early: the file was cut off"),
    "not gzip": (b"{}\n", ": MH020 the compressed rows are damaged: Not a gzipped file (b'{}')"),
    "a wrong checksum": (WRONG[:-8] + b"\0" * 8, ": MH020 the compressed rows are damaged: CRC check failed"),
    "rubbish behind it": (WRONG + b"rubbish", ": MH020 the compressed rows are damaged: Not a gzipped file (b'ru')"),
    "a damaged block": (WRONG[:10] + b"\xff" + WRONG[11:], ": MH020 the compressed rows are damaged: Error -3"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_gzip_that_cannot_be_read_is_a_finding(tmp_path: Path, name: str) -> None:
    data, said = BROKEN[name]
    *_, last = says(packed(tmp_path, data))
    assert last.startswith(f"Audit.ndjson.gz{said}")


def test_what_is_unpacked_is_bounded_by_size_and_by_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(tmp_path, gzip.compress(b"\n" * 10_000_000))
    assert says(bomb) == [
        "Audit.ndjson.gz: MH003 the file has more than 2,000,000 lines -- Keep only the rows that tell the story."
    ]
    monkeypatch.setattr(row_files, "MAX_FILE_BYTES", 2**20)
    assert says(bomb) == [
        "Audit.ndjson.gz: MH003 the rows are larger than 1 MB when they are unpacked -- Keep only the rows that tell "
        "the story."
    ]
    monkeypatch.setattr(row_files, "MAX_PACKED_BYTES", 0)
    assert says(bomb) == [
        "Audit.ndjson.gz: MH003 the file is larger than 0 MB -- Keep only the rows that tell the story."
    ]


def test_rows_that_stand_in_two_files_are_refused(tmp_path: Path) -> None:
    twice = recording(tmp_path, row())
    (twice.folder / "Audit.ndjson.gz").write_bytes(gzip.compress(row().encode()))
    assert says(twice) == [
        "Audit.ndjson: MH016 the rows of Audit stand here and in Audit.ndjson.gz -- Remove one of the two files."
    ]


def test_a_digest_is_of_what_the_file_holds(tmp_path: Path) -> None:
    escalation = recording(tmp_path, row())
    first = row_files.rows_digest(escalation, "Audit")
    escalation.rows_path("Audit").write_text(row('"Long": 1'))
    second = row_files.rows_digest(escalation, "Audit")
    escalation.rows_path("Audit").write_text(row())
    assert row_files.rows_digest(escalation, "Audit") == first != second


def test_a_table_may_come_from_elsewhere_than_the_recording(tmp_path: Path) -> None:
    text = RECORDING.replace("  how:", "  tables: {Inventory: derived}\n  how:").replace(
        "[Audit]", "[Audit, Inventory]"
    )
    origin = recording(tmp_path, "", text).provenance
    assert (origin.of("Audit"), origin.of("Inventory")) == (ProvenanceKind.RECORDED, ProvenanceKind.DERIVED)


def test_where_a_table_comes_from_is_told_of_tables_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"recording\.yaml:6:12: MH016 the recording has no table Inventory$"):
        recording(tmp_path, "", RECORDING.replace("  how:", "  tables: {Inventory: derived}\n  how:"))


def test_one_row_does_not_give_findings_without_end(tmp_path: Path) -> None:
    odd = ", ".join(f'"C{number}": 1' for number in range(20_000))
    assert len(says(recording(tmp_path, row(odd)))) == rows.MAX_FINDINGS


def test_rows_behind_a_link_that_leads_elsewhere_are_not_read(tmp_path: Path) -> None:
    linked = recording(tmp_path, None)
    (tmp_path / "secret").write_text("{}")
    linked.rows_path("Audit").symlink_to(tmp_path / "secret")
    assert says(linked) == ["Audit.ndjson: MH001 the rows lie outside the recording's folder"]


def test_a_period_must_have_a_length(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"recording\.yaml:8:42: MH008 the period ends before it starts"):
        recording(tmp_path, "", RECORDING.replace("01:00:00Z", "00:00:00Z"))
