from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import KqlCheck
from masthead.lint.checks.kql._diagnostics import unknown_tables
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class UnknownTable(KqlCheck):
    """A table that nobody has described.

    Tables are known from `catalog/tables/` and, with the extra `schemas`, from Azure Monitor's standard tables. A rule
    on a table that does not exist fails at each run, until Sentinel disables it.

    **Anti-pattern**: `AKSAudits | where Verb == "create"`

    **Best practice**: for a table of your own, a file in `catalog/tables/` with its columns.

    Source: <https://learn.microsoft.com/azure/azure-monitor/reference/tables-index>
    """

    code = "MH411"
    slug = "unknown-table"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        aliases = [function.name for function in subject.binding.functions]
        for each in unknown_tables(subject):
            name = subject.text_at(each.start, each.end).strip("\"'")
            if name.endswith("*"):
                message, hint = f"no table's name fits {name}", None
            else:
                message = f"there is no table or function {name}"
                hint = spelt_alike(name, [*aliases, *subject.binding.tables])
                hint = hint or f"If it is a table of your own, describe it in catalog/tables/{name}.yaml."
            yield self.in_document(subject.document, message, span=subject.in_query(each.start, each.end), hint=hint)
