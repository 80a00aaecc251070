from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.document import ValuePath
from masthead.content.finding import Finding, Severity
from masthead.lint.check import WorkbookCheck
from masthead.lint.sheet import Sheet


class DuplicatePart(WorkbookCheck):
    """Two parts, or two parameters, of a workbook that share a name.

    Cases and links call a part by its name. Of two parameters with one name a reader sees both, and the queries get
    the value of one of them.

    **Anti-pattern**: two queries called `by-user`

    **Best practice**: `refused-by-user` and `granted-by-user`

    Source: <https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-create-workbook>
    """

    code = "MH852"
    slug = "duplicate-part"
    severity = Severity.ERROR

    def check(self, sheet: Sheet) -> Iterable[Finding]:
        for what, named in (("part", _parts(sheet)), ("parameter", _parameters(sheet))):
            first: dict[str, ValuePath] = {}
            for name, at in named:
                if name in first:
                    line = sheet.document.span(first[name]).start.line
                    message = f"the {what} of line {line} is called {name} as well"
                    yield self.in_document(sheet.document, message, at, hint="Give each a name of its own.")
                first.setdefault(name, at)


def _parts(sheet: Sheet) -> Iterator[tuple[str, ValuePath]]:
    return ((part.name, (*part.at, "name")) for part in sheet.workbook.all_parts() if part.name)


def _parameters(sheet: Sheet) -> Iterator[tuple[str, ValuePath]]:
    return ((each.name, (*each.at, "name")) for each in sheet.workbook.parameters)
