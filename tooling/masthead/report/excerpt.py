"""A line of a file with a caret under what is meant; made safe to print."""

from __future__ import annotations

import unicodedata

_WIDTH = 110  # characters of a source line that are shown


def visible(text: str) -> str:
    """`text` in one line, with every character that a terminal would obey rather than show written as its number.

    Content is untrusted: it may hold escape sequences, or marks that turn the direction of text around.
    """
    return "".join(_shown(each) for each in text)


def excerpt(line: str, number: int, column: int, end_column: int) -> list[str]:
    """Line `number`, and below it carets under the columns (from 1) from `column` up to `end_column`.

    Of a long line only the part around the column is shown.
    """
    start, end = max(0, column - 1), max(column, end_column - 1)
    shift = max(0, min(start - _WIDTH // 3, len(line) - _WIDTH))
    part = line[shift : shift + _WIDTH]
    before = "…" if shift else ""
    after = "…" if shift + _WIDTH < len(line) else ""
    lead = _columns(before + visible(part[: start - shift]))
    width = _columns(visible(part[start - shift : end - shift])) or 1
    margin = " " * len(str(number))
    return [f"  {number} | {before}{visible(part)}{after}", f"  {margin} | {' ' * lead}{'^' * width}"]


def _shown(character: str) -> str:
    if character == "\t":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return f"\\u{ord(character):04x}"
    return character


def _columns(text: str) -> int:
    """How wide a terminal shows `text`."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )
