from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import RULES, ProjectCheck
from masthead.lint.checks.automation._rules import automation_rules
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by, pattern_hint


class UnmatchedRules(ProjectCheck):
    """A condition that names detections of which there are none.

    In conditions on `IncidentRelatedAnalyticRuleIds` and `AlertAnalyticRuleIds`, values may name detections by their
    path without its ending; `*` stands for any characters, `/` among them. Deployment puts the ids of the rules in
    their place, and cannot put anything in the place of a name that no detection has.

    **Anti-pattern**: renaming the folder `detections/pipelines` and leaving `detections/pipelines/*` behind.

    **Best practice**: `propertyValues: [detections/ci-cd/*, detections/rbac/cluster-admin-granted]`

    Source: the design of this project.
    """

    code = "MH861"
    slug = "unmatched-rules"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for rule in automation_rules(overview):
            for each in rule.rule_patterns():
                if not named_by(overview, each.pattern, RULES):
                    message = f'"{each.pattern}" names no detection'
                    hint = pattern_hint(overview, each.pattern, RULES)
                    yield self.in_document(rule.document, message, each.at, hint=hint)
