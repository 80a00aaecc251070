"""What a check is.

A check has a stable code, a slug and a severity; its docstring is its page in the documentation. There are four kinds,
by what they look at: one file, all files together, a file before and after a change, and the suppressions themselves.
"""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from masthead.content import layout
from masthead.content.document import Document, ValuePath
from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.content.location import Span

if TYPE_CHECKING:
    from masthead.lint.facts import Place
    from masthead.lint.overview import Overview
    from masthead.lint.sheet import Sheet
    from masthead.lint.subject import Subject
    from masthead.lint.suppressions import Usage

RULES = frozenset({Kind.DETECTION})
QUERIES = frozenset({Kind.DETECTION, Kind.HUNTING_QUERY})
WITH_KQL = frozenset({Kind.DETECTION, Kind.HUNTING_QUERY, Kind.FUNCTION, Kind.WORKBOOK})
WORKBOOKS = frozenset({Kind.WORKBOOK})
CASES = frozenset(layout.CASES)

_URL = re.compile(r"<(https://[^>]+)>")


class Check(ABC):
    """A check. `code`, `slug` and `severity` are class attributes; the docstring's first line is the title."""

    code: ClassVar[str]
    slug: ClassVar[str]
    severity: ClassVar[Severity]

    @classmethod
    def title(cls) -> str:
        """What the check finds, in a line."""
        return cls.page().splitlines()[0].rstrip(".")

    @classmethod
    def page(cls) -> str:
        """The page of the documentation, in Markdown, its title in the first line."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def source(cls) -> str | None:
        """The address of the page that the check rests on."""
        found = _URL.search(cls.page())
        return found[1] if found else None

    def in_document(
        self,
        document: Document,
        message: str,
        path: ValuePath = (),
        *,
        key: bool = False,
        span: Span | None = None,
        hint: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding about the value at `path`, about its key, or about `span`."""
        span = span or (document.key_span(path) if key else document.span(path))
        line = document.source.line(span.start.line)
        weight = severity or self.severity
        return Finding(self.code, self.slug, weight, message, document.source.path, span, hint, line)

    def at_place(self, place: Place, message: str, hint: str | None = None) -> Finding:
        """A finding about a place that was noted when its file was read."""
        return Finding(self.code, self.slug, self.severity, message, place.path, place.span, hint, place.line)


class FileCheck(Check):
    """Looks at one file. Only files of `kinds` that their schema accepts are shown to it."""

    kinds: ClassVar[frozenset[Kind]] = QUERIES

    @abstractmethod
    def check(self, subject: Subject) -> Iterable[Finding]:
        """What is wrong with the file."""


class QueryCheck(FileCheck):
    """Looks at one query: the file's, or each of a workbook's."""


class KqlCheck(QueryCheck):
    """Looks at the KQL of one file: also when the rest of the file is not as its schema wants it."""

    kinds: ClassVar[frozenset[Kind]] = WITH_KQL


class WorkbookCheck(Check):
    """Looks at how the parts of a workbook fit together; what it asks is looked at by the checks of KQL."""

    kinds: ClassVar[frozenset[Kind]] = WORKBOOKS

    @abstractmethod
    def check(self, sheet: Sheet) -> Iterable[Finding]:
        """What is wrong with the workbook."""


class ProjectCheck(Check):
    """Looks at all files together, through the facts that were noted when each was read."""

    @abstractmethod
    def check(self, overview: Overview) -> Iterable[Finding]:
        """What is wrong with how the files fit together."""


class ChangeCheck(Check):
    """Looks at a file before and after a change; runs with --since."""

    kinds: ClassVar[frozenset[Kind]] = WITH_KQL | {Kind.WATCHLIST, Kind.AUTOMATION_RULE}

    @abstractmethod
    def check(self, before: Document, now: Document) -> Iterable[Finding]:
        """What is wrong with the change."""


class SuppressionCheck(Check):
    """Looks at one suppression, after all other checks have run."""

    @abstractmethod
    def check(self, usage: Usage) -> Iterable[Finding]:
        """What is wrong with it."""
