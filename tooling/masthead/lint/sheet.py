"""A workbook under check: its parts, and each of its queries as a subject with values in place of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from masthead.content.document import Document
from masthead.content.workbooks import Question, Workbook
from masthead.kql.binding import Binding
from masthead.lint.subject import Subject
from masthead.workbooks.substitution import Substituted, example_values, substitute


@dataclass(frozen=True)
class Asked:
    """A query of a workbook, and what lint knows about it."""

    question: Question
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
        return tuple(
            Asked(each, self._subject(each, substitute(each.query, values))) for each in self.workbook.questions
        )

    def _subject(self, question: Question, substituted: Substituted) -> Subject:
        return Subject(self.workbook.file, self.document, self.workbook, self.binding, question.at, substituted)
