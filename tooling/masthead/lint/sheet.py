"""A workbook under check: its parts, and each of its queries as a subject with values in place of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from masthead.content.document import Document, ValuePath
from masthead.content.workbooks import QueryPart, Workbook, WorkbookParameter
from masthead.kql.binding import Binding
from masthead.lint.subject import Subject
from masthead.workbooks.substitution import Substituted, example_values, substitute


@dataclass(frozen=True)
class Asked:
    """A query of a workbook: the part or the parameter that asks it, and what lint knows about it."""

    asker: QueryPart | WorkbookParameter
    at: ValuePath
    substituted: Substituted
    subject: Subject


class Sheet:
    """A workbook, its document, and its queries over logs."""

    def __init__(self, workbook: Workbook, binding: Binding) -> None:
        self.workbook = workbook
        self.binding = binding

    @property
    def document(self) -> Document:
        """The file it was read from."""
        return self.workbook.document

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The queries over logs, those of parameters first."""
        values = example_values(self.workbook)
        return tuple(self._asked(asker, at, substitute(query, values)) for asker, at, query in self._queries())

    def _queries(self) -> Iterator[tuple[QueryPart | WorkbookParameter, ValuePath, str]]:
        for parameter in self.workbook.parameters:
            if parameter.query:
                yield parameter, parameter.query_at, parameter.query
        for part in self.workbook.queries:
            if part.logs and part.query.strip():
                yield part, part.query_at, part.query

    def _asked(self, asker: QueryPart | WorkbookParameter, at: ValuePath, substituted: Substituted) -> Asked:
        subject = Subject(self.workbook.file, self.document, self.workbook, self.binding, at, substituted)
        return Asked(asker, at, substituted, subject)
