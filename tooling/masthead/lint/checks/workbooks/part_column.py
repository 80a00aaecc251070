from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.workbooks import QueryPart
from masthead.lint.check import WorkbookCheck
from masthead.lint.names import spelt_alike
from masthead.lint.sheet import Sheet


class PartColumn(WorkbookCheck):
    """A chart, table or tile that shows a column which its query does not return.

    The axis stays empty, the colour is never drawn, the selection sets nothing, and no error says so.

    **Anti-pattern**: `chart: {x: Hour, y: Requests}` over `summarize Count = count() by bin(TimeGenerated, 1h)`

    **Best practice**: `chart: {x: TimeGenerated, y: Count}`

    Source: <https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-chart-visualizations>
    """

    code = "MH853"
    slug = "part-column"
    severity = Severity.ERROR

    def check(self, sheet: Sheet) -> Iterable[Finding]:
        for asked in sheet.asked:
            columns = asked.subject.columns
            asker = asked.question.asker
            if columns is None or not isinstance(asker, QueryPart):
                continue
            for use in asker.columns:
                if use.column not in columns:
                    message = f"the query returns no column {use.column}, which is {use.role}"
                    hint = spelt_alike(use.column, columns) or f"It returns {', '.join(columns)}."
                    yield self.in_document(sheet.document, message, use.at, key=use.is_key, hint=hint)
