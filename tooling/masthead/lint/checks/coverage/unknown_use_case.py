from __future__ import annotations

from collections.abc import Iterable, Mapping

from masthead.content.catalog import UseCase
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.project import Project
from masthead.lint.check import QUERIES, WORKBOOKS, FileCheck
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class UnknownUseCase(FileCheck):
    """A folder that is not a use case.

    The folder below `detections/`, `hunting/` or `workbooks/` names the use case, as `catalog/use-cases.yaml` calls it.
    Content in any other folder is missing from coverage. A workbook of several use cases lies in `workbooks/` itself.

    **Anti-pattern**: `detections/rabc/cluster-admin-granted.yaml`

    **Best practice**: `detections/rbac/cluster-admin-granted.yaml`

    Source: the design of this project.
    """

    code = "MH705"
    slug = "unknown-use-case"
    severity = Severity.ERROR
    kinds = QUERIES | WORKBOOKS

    def check(self, subject: Subject) -> Iterable[Finding]:
        known, use_case = use_cases(subject.project), subject.file.use_case
        if known and use_case and use_case not in known:
            hint = spelt_alike(use_case, known) or "Use cases are in catalog/use-cases.yaml."
            message = f'the folder "{use_case}" is not a use case'
            yield self.in_document(subject.document, message, ("name",), hint=hint)


def use_cases(project: Project) -> Mapping[str, UseCase]:
    """The use cases of the catalog; none when it cannot be read, which is said where it is."""
    try:
        return project.use_cases
    except ContentError:
        return {}
