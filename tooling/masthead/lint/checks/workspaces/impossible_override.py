from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import said
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by

_LESS = ("lt", "lessthan")


class ImpossibleOverride(ProjectCheck):
    """A threshold with which a rule can never raise an alert.

    A query cannot return fewer than no rows: 0 is no threshold for a rule with `triggerOperator: lt`. Where a pattern
    names several rules, one such is enough.

    **Anti-pattern**: `detections/cluster-health/*: {triggerThreshold: 0}`, when one of them asks for silence.

    **Best practice**: `enabled: false` for a rule that should not alert; `triggerThreshold: 1` for one that should when
    there is nothing.

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH875"
    slug = "impossible-override"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for override, field in said(overview):
            if field != "trigger_threshold" or override.trigger_threshold != 0:
                continue
            for file in named_by(overview, override.pattern, {Kind.DETECTION}):
                rule = overview.rule(file)
                if rule and (rule.operator or "").lower() in _LESS:
                    message = f"fewer than 0 rows are never returned: {file.path} could not raise an alert"
                    at = (*override.at, "triggerThreshold")
                    yield self.in_document(override.document, message, at, hint="Write 1, or enabled: false.")
