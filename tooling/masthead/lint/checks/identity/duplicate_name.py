from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.identity._twins import twins
from masthead.lint.overview import Overview


class DuplicateName(ProjectCheck):
    """Two rules, or two hunting queries, with the same name.

    Sentinel wants the names of a workspace's rules to be unique, and an analyst who reads an alert's title must know
    which rule it came from. Capitals make no difference.

    **Anti-pattern**: `name: Privileged pod created` in one rule for AKS and in another for Arc.

    **Best practice**: say what sets the two apart: `Privileged pod created on an Arc cluster`.

    Source: <https://learn.microsoft.com/azure/sentinel/create-analytics-rules>
    """

    code = "MH102"
    slug = "duplicate-name"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for kind in (Kind.DETECTION, Kind.HUNTING_QUERY):
            for place, other in twins(overview, "name", kind):
                message = f'the name "{place.value}" is also that of {other.path}'
                yield self.at_place(place, message, "Say in the name what sets the two apart.")
