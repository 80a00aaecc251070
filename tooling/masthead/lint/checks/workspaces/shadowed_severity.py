from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.content.patterns import named
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import said
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by


class ShadowedSeverity(ProjectCheck):
    """A severity for rules whose alerts have one of their own.

    Where `alertDetailsOverride` names an `alertSeverityColumnName`, each alert takes its severity from that column, and
    the rule's counts only for rows in which the column is empty. So the override changes the rule in the portal, and no
    alert. Said when all the rules that the pattern names are such.

    **Anti-pattern**: `severity: Low` for a rule with `alertSeverityColumnName: AlertSeverity`.

    **Best practice**: a watchlist that the query consults; or an automation rule that changes the incident's severity.

    Source: <https://learn.microsoft.com/azure/sentinel/customize-alert-details>
    """

    code = "MH879"
    slug = "shadowed-severity"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        for override, field in said(overview):
            files = named_by(overview, override.pattern, {Kind.DETECTION}) if field == "severity" else []
            rules = [overview.rule(file) for file in files]
            columns = [each.severity_column for each in rules if each and each.severity_column]
            if not files or len(columns) < len(files):
                continue
            of_one = f"alerts of {named(files[0].path)} take their severity from the column {columns[0]}"
            of_all = f"alerts of these {len(files)} rules take their severity from a column"
            hint = "Let an automation rule change the severity of their incidents instead."
            at = (*override.at, "severity")
            yield self.in_document(override.document, of_one if len(files) == 1 else of_all, at, hint=hint)
