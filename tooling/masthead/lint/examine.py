"""The first stage: what can be said about each file by itself. Its results are kept, so they depend on nothing else
than the file, the catalog, the functions, the watchlists and Masthead itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from masthead.content.document import Document
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import Content
from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.rows import check_recording
from masthead.content.schema import schema_findings
from masthead.content.workbooks import Workbook
from masthead.content.workspaces_file import read_workspaces
from masthead.kql.binding import Binding
from masthead.lint.check import FileCheck, KqlCheck, QueryCheck, WorkbookCheck
from masthead.lint.facts import Facts, facts_of
from masthead.lint.registry import checks_of
from masthead.lint.sheet import Sheet
from masthead.lint.subject import Subject
from masthead.lint.suppressions import Suppression, read_suppressions


@dataclass(frozen=True, slots=True)
class Examination:
    """All that the first stage says about one file."""

    findings: tuple[Finding, ...]
    facts: Facts
    suppressions: tuple[Suppression, ...]


def examine(file: ContentFile, binding: Binding) -> Examination:
    """Read one file and run over it the checks that look at one file."""
    try:
        document = binding.project.document(file)
    except ContentError as error:
        return Examination(error.findings, Facts({}), ())
    schema = () if file.is_notebook else schema_findings(document, file.kind)
    content, refused = _content(binding.project, file, document, schema)
    # What only Masthead reads is read strictly: then a warning of its schema comes again, as an error.
    again = {(each.code, each.span, each.message) for each in refused}
    findings = dict.fromkeys(each for each in schema if (each.code, each.span, each.message) not in again)
    subject = Subject(file, document, content, binding)
    sheet = Sheet(content, binding) if isinstance(content, Workbook) else None
    asked = [each.subject for each in sheet.asked] if sheet else []
    findings |= dict.fromkeys((*refused, *_checked(subject)))
    findings |= dict.fromkeys(finding for each in asked for finding in _checked(each, QueryCheck))
    if sheet:
        findings |= dict.fromkeys(f for check in checks_of(WorkbookCheck) for f in check.check(sheet))
    return Examination(tuple(findings), facts_of(subject, asked), read_suppressions(document.source))


def _content(
    project: Project, file: ContentFile, document: Document, schema: Iterable[Finding]
) -> tuple[Content | None, Iterable[Finding]]:
    """The typed content, and what reading it refused beyond its schema."""
    if file.kind is Kind.USE_CASES or any(each.severity is Severity.ERROR for each in schema):
        return None, ()
    try:
        if file.kind is Kind.WORKSPACES:
            read_workspaces(document)
            return None, ()
        content = project.read(file)
    except ContentError as error:
        return None, error.findings
    return content, check_recording(content, project.schema) if isinstance(content, Recording) else ()


def _checked(subject: Subject, kind: type[FileCheck] = FileCheck) -> Iterator[Finding]:
    for check in checks_of(kind):
        if subject.file.kind in check.kinds and (subject.content is not None or isinstance(check, KqlCheck)):
            yield from check.check(subject)
