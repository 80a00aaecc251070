from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.workbooks import ParameterType, QueryPart
from masthead.lint.check import WorkbookCheck
from masthead.lint.sheet import Sheet
from masthead.workbooks.substitution import uses


class UnboundedPart(WorkbookCheck):
    """A query of a workbook that no time range bounds.

    It reads what the portal allows by default, whatever range the reader has chosen above it, and shows numbers that
    do not fit those beside it.

    **Anti-pattern**: a workbook with queries and without a parameter of the type time

    **Best practice**: a parameter TimeRange of the type time; queries are bounded by the first there is, unless their
    `time` names another

    Source: <https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-time>
    """

    code = "MH854"
    slug = "unbounded-part"
    severity = Severity.WARNING

    def check(self, sheet: Sheet) -> Iterable[Finding]:
        times = {each.name for each in sheet.workbook.parameters if each.type is ParameterType.TIME}
        for asked in sheet.asked:
            asker = asked.question.asker
            if not isinstance(asker, QueryPart) or not asked.subject.tables:
                continue
            named = asker.time_parameter in times or any(use.name in times for use in uses(asker.query))
            if not named and not (asker.time_at and not asker.time_parameter):
                hint = "Give the workbook a parameter of the type time, or name one under `time`."
                yield self.in_document(
                    sheet.document, "no time range bounds this query", asked.question.at, key=True, hint=hint
                )
