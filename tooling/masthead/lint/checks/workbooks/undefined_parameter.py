from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.document import ValuePath
from masthead.content.finding import Finding, Severity
from masthead.content.schema import closest
from masthead.content.workbooks import Text
from masthead.lint.check import WorkbookCheck
from masthead.lint.sheet import Sheet
from masthead.workbooks.substitution import FORMS, uses


class UndefinedParameter(WorkbookCheck):
    """A parameter that nothing defines.

    A workbook leaves `{Name}` as it stands when no parameter, tab or selected row of that name exists: a text shows the
    braces, and a query fails. A part whose condition waits for such a parameter is never shown. What stands behind a
    colon is a form of the value, like `{TimeRange:start}`.

    **Anti-pattern**: `AKSAudit | where TimeGenerated {Timerange}` beside a parameter TimeRange

    **Best practice**: `AKSAudit | where TimeGenerated {TimeRange}`

    Source: <https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-parameters>
    """

    code = "MH851"
    slug = "undefined-parameter"
    severity = Severity.ERROR

    def check(self, sheet: Sheet) -> Iterable[Finding]:
        known = sheet.workbook.defined()
        for at, name in _named(sheet):
            if name not in known:
                yield self.in_document(sheet.document, _missing(name), at, hint=_hint(name, known))
        for at, text in _texts(sheet):
            for use in uses(text):
                span = sheet.document.span_in(at, use.start, use.end)
                if use.name not in known:
                    yield self.in_document(sheet.document, _missing(use.name), span=span, hint=_hint(use.name, known))
                elif use.form not in FORMS:
                    hint = f"There are {', '.join(sorted(filter(None, FORMS)))}."
                    yield self.in_document(sheet.document, f"no value has the form {use.form}", span=span, hint=hint)


def _missing(name: str) -> str:
    return f"nothing defines the parameter {name}"


def _hint(name: str, known: Iterable[str]) -> str:
    near = closest(name, known)
    return f"Did you mean {near}?" if near else "Define it under parameters, or let tabs or a selection set it."


def _named(sheet: Sheet) -> Iterator[tuple[ValuePath, str]]:
    """The parameters that settings name, and where."""
    for part in sheet.workbook.all_parts():
        yield from ((each.at, each.parameter) for each in part.conditions)
    for part in sheet.workbook.queries:
        if part.time_parameter and part.time_at:
            yield part.time_at, part.time_parameter


def _texts(sheet: Sheet) -> Iterator[tuple[ValuePath, str]]:
    """The texts in which parameters can stand, and where."""
    yield from ((each.at, each.query) for each in sheet.workbook.questions)
    yield from ((part.title_at, part.title) for part in sheet.workbook.queries if part.title)
    yield from ((each.markdown_at, each.markdown) for each in sheet.workbook.all_parts() if isinstance(each, Text))
