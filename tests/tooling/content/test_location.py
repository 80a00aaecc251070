"""Lines, columns and indexes."""

from __future__ import annotations

from masthead.content.finding import CODES
from masthead.content.location import Position, SourceFile, Span


def test_lines_break_where_editors_break_them() -> None:
    source = SourceFile("a.txt", "é1\r\n2\u2028x\n\r3")
    assert [source.line(number) for number in range(6)] == ["", "é1", "2\u2028x", "", "3", ""]
    assert source.line_count == 4
    positions = [source.position(index) for index in (0, 1, 4, 6, 9, 10, 99)]
    assert [str(each) for each in positions] == ["1:1", "1:2", "2:1", "2:3", "4:1", "4:2", "4:2"]
    assert [source.index(each) for each in positions] == [0, 1, 4, 6, 9, 10, 10]
    assert source.index(Position(1, 40)) == 2
    assert source.span(0, 4) == Span(Position(1, 1), Position(2, 1))
    assert source.line_span(2) == Span(Position(2, 1), Position(2, 4))


def test_codes_are_numbered_without_gaps_and_slugs_are_unique() -> None:
    assert list(CODES) == [f"MH{number:03}" for number in range(1, len(CODES) + 1)]
    assert len({code.slug for code in CODES.values()}) == len(CODES)
