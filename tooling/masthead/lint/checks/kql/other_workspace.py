from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import KqlCheck
from masthead.lint.names import OTHER_WORKSPACE
from masthead.lint.subject import Subject

_LIMIT = 20


class OtherWorkspace(KqlCheck):
    """A query that reaches into other workspaces.

    What lies there cannot be known offline, so the columns of such a query are not checked: this is said as advice. A
    rule may read 20 workspaces; more is an error.

    **Anti-pattern**: one rule over all the workspaces of a company.

    **Best practice**: the rule in each workspace, deployed from one file.

    Source: <https://learn.microsoft.com/azure/sentinel/sentinel-service-limits>
    """

    code = "MH412"
    slug = "other-workspace"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterable[Finding]:
        calls = subject.analysis.calls(*OTHER_WORKSPACE) if subject.analysis else []
        targets = {subject.text_at(call.start, call.end) for call in calls}
        if not calls:
            return
        span = subject.in_query(calls[0].start, calls[0].end)
        if len(targets) > _LIMIT:
            message = f"the query reads {len(targets)} other workspaces; {_LIMIT} are allowed"
            yield self.in_document(subject.document, message, span=span, severity=Severity.ERROR)
        else:
            message = "the query reads another workspace: what is there cannot be checked"
            yield self.in_document(subject.document, message, span=span)
