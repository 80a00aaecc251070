"""What is wrong with a file, in a form that every report can show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from masthead.content.location import SourceFile, Span


class Severity(StrEnum):
    """How much a finding weighs: an error stops the file from being used, a warning should be fixed, info is advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: its stable `code`, its `slug` and what it means (one or two sentences)."""

    code: str
    slug: str
    meaning: str


_CODES = (
    Code("MH001", "file-not-readable", "The file does not exist, cannot be opened, or lies outside the repository."),
    Code("MH002", "not-utf8", "The file is not UTF-8 text."),
    Code("MH003", "too-large", "The file, or one line of it, is larger than Masthead reads."),
    Code("MH004", "yaml-syntax", "The file is not valid YAML, or uses a part of YAML that content files may not use."),
    Code("MH005", "tab-indentation", "A tab stands where YAML wants spaces."),
    Code("MH006", "duplicate-key", "A mapping names the same key twice; which of the two counts would be a guess."),
    Code("MH007", "too-complex", "The YAML nests too deep, or its aliases expand to more values than a file may hold."),
    Code("MH008", "schema", "A value does not have the shape that this type of file requires."),
    Code("MH009", "unknown-key", "A key that this type of file does not have."),
    Code("MH010", "no-content", "A path that was named holds no content."),
    Code("MH011", "watchlist-rows", "The CSV file of a watchlist does not fit the watchlist's columns."),
    Code("MH012", "recording-line", "A line of a recording is not one JSON object."),
    Code("MH013", "recording-column", "A row of a recording has a column that the table does not have."),
    Code("MH014", "recording-type", "A value in a recording does not have its column's type."),
    Code("MH015", "recording-time", "A row of a recording has no TimeGenerated."),
    Code("MH016", "recording-table", "A recording and the tables it names do not agree."),
    Code("MH017", "unknown-recording", "A recording that does not exist."),
    Code("MH018", "catalog", "Two parts of the catalog contradict each other."),
    Code("MH019", "settings", "The settings of the project, [tool.masthead] in pyproject.toml, cannot be read."),
    Code("MH020", "recording-gzip", "The compressed rows of a recording are damaged or cut off."),
    Code("MH021", "workspaces", "The description of a workspace contradicts another, or names what does not exist."),
    Code("MH022", "refused", "The workspace refused this content when it was deployed."),
)

CODES: dict[str, Code] = {code.code: code for code in _CODES}
"""Every code that reading content can give, for lint's list of checks and for the documentation."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a file.

    `code` and `slug` name the kind and never change; `path` is relative to the project's root; `span` is None when
    the finding is about the file as a whole. `hint` says what to do. `source_line` is the text of the span's first
    line, so that a report can show it after the file has changed or when the file was never read.
    """

    code: str
    slug: str
    severity: Severity
    message: str
    path: str
    span: Span | None = None
    hint: str | None = None
    source_line: str | None = None

    def __str__(self) -> str:
        where = f"{self.path}:{self.span.start}" if self.span else self.path
        return f"{where}: {self.code} {self.message}"


def finding(
    code: str,
    message: str,
    source: SourceFile | str,
    span: Span | None = None,
    *,
    hint: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding of a kind in `CODES`, with its slug and source line filled in.

    `source` is the file, or its path when there is no text to show.
    """
    line = visible_line(source.line(span.start.line)) if isinstance(source, SourceFile) and span else None
    path = source.path if isinstance(source, SourceFile) else source
    return Finding(code, CODES[code].slug, severity, visible(message), path, span, hint and visible(hint), line)


def visible(text: str) -> str:
    """`text` with what a terminal would obey rather than show (control and bidirectional characters) written out."""
    return text if text.isprintable() else "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def visible_line(text: str) -> str:
    """`text` with such characters each in the place of one visible character, so that columns stay; tabs remain."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\t" else "\N{REPLACEMENT CHARACTER}" for each in text)


class ContentError(Exception):
    """A file cannot be used. `findings` says why, in the order of the file; there is at least one."""

    def __init__(self, findings: Iterable[Finding] | Finding) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(each) for each in self.findings))
