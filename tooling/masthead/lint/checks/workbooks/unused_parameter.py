from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.workbooks import Text
from masthead.lint.check import WorkbookCheck
from masthead.lint.sheet import Sheet
from masthead.workbooks.substitution import uses


class UnusedParameter(WorkbookCheck):
    """A parameter of a workbook that nothing uses.

    Whoever changes it sees that nothing changes, and trusts the page less.

    **Anti-pattern**: a drop-down Cluster above queries that never say `{Cluster}`

    **Best practice**: queries that use it, or no drop-down

    Source: the design of this project.
    """

    code = "MH855"
    slug = "unused-parameter"
    severity = Severity.WARNING

    def check(self, sheet: Sheet) -> Iterable[Finding]:
        workbook = sheet.workbook
        used = {part.time_parameter for part in workbook.queries}
        used |= {each.parameter for part in workbook.all_parts() for each in part.conditions}
        texts = [part.query + (part.title or "") for part in workbook.queries]
        texts += [part.markdown for part in workbook.all_parts() if isinstance(part, Text)]
        texts += [each.query for each in workbook.parameters if each.query]
        used |= {use.name for text in texts for use in uses(text)}
        for each in workbook.parameters:
            if each.name not in used:
                message = f"nothing uses the parameter {each.name}"
                yield self.in_document(sheet.document, message, (*each.at, "name"), hint="Use it, or remove it.")
