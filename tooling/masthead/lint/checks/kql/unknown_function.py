from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import KqlCheck
from masthead.lint.checks.kql._diagnostics import unknown_functions
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class UnknownFunction(KqlCheck):
    """A function that neither KQL nor the project has.

    Functions saved in the workspace, such as parsers, must be in `functions/`, so that what they return is known and
    they are deployed with the content that calls them.

    **Anti-pattern**: `KubernetesAudits | where Verb == "create"`

    **Best practice**: `KubernetesAudit`, the alias of a file in `functions/`.

    Source: <https://learn.microsoft.com/azure/azure-monitor/logs/functions>
    """

    code = "MH410"
    slug = "unknown-function"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        known = [function.name for function in subject.binding.functions]
        for each in unknown_functions(subject):
            name = subject.text_at(each.start, each.end)
            hint = spelt_alike(name, known) or f"If it is saved in the workspace, add it to functions/, alias {name}."
            span = subject.in_query(each.start, each.end)
            yield self.in_document(subject.document, f"there is no function {name}", span=span, hint=hint)
