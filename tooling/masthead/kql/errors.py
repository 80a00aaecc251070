"""The one error that running KQL raises."""

from __future__ import annotations


class KqlError(Exception):
    """A query that cannot be answered.

    code: the language service's code (KS…), or MASTHEAD-… for the engine's own.
    message: what is wrong, for people.
    line, column: where in the query, from 1; None where it has no place.
    unsupported: True when the query may be right but this engine does not (yet) speak the construct. It refuses rather
        than guesses.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "MASTHEAD-KQL",
        query: str | None = None,
        start: int | None = None,
        end: int | None = None,
        unsupported: bool = False,
    ) -> None:
        self.code = code
        self.message = message
        self.query = query
        self.start, self.end = start, end
        self.unsupported = unsupported
        self.line: int | None = None
        self.column: int | None = None
        if query is not None and start is not None:
            before = query[:start]
            self.line = before.count("\n") + 1
            self.column = start - (before.rfind("\n") + 1) + 1
        super().__init__(message)

    def __str__(self) -> str:
        where = f" (line {self.line}, column {self.column})" if self.line is not None else ""
        return f"{'not supported: ' if self.unsupported else ''}{self.message}{where}"

    @property
    def source_line(self) -> str | None:
        """The line of the query that `line` counts, or None where the error has no place."""
        if self.query is None or self.line is None:
            return None
        return self.query.split("\n")[self.line - 1].removesuffix("\r")

    @property
    def end_column(self) -> int | None:
        """The column behind what is wrong, on the same line; None where the error has no place."""
        source = self.source_line
        if source is None or self.column is None:
            return None
        width = max(1, min((self.end or 0) - (self.start or 0), len(source) - self.column + 1))
        return self.column + width

    def excerpt(self) -> str | None:
        """The source line with a caret below the place, or None where the error has no place."""
        source, column, end_column = self.source_line, self.column, self.end_column
        if source is None or column is None or end_column is None:
            return None
        pad = "".join("\t" if c == "\t" else " " for c in source[: column - 1])
        return f"{source}\n{pad}{'^' * (end_column - column)}"
