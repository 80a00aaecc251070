from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import WORKSPACES, Kind
from masthead.lint.check import ProjectCheck
from masthead.lint.overview import Overview

LIMITS = {False: ("scheduled", 512), True: ("NRT", 50)}
"""By whether they are NRT rules: how rules are called, and how many of them a workspace runs."""


class TooManyRules(ProjectCheck):
    """More enabled rules than a workspace takes.

    A workspace runs 512 scheduled and 50 NRT rules. Said only when no `workspaces.yaml` tells which of them a workspace
    gets (otherwise see MH876): hence a warning, on the first rule beyond the limit.

    **Anti-pattern**: one rule for each indicator.

    **Best practice**: one rule for many indicators, with a watchlist; `enabled: false` for what is not needed.

    Source: <https://learn.microsoft.com/azure/sentinel/sentinel-service-limits>
    """

    code = "MH209"
    slug = "too-many-rules"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        if (overview.root / WORKSPACES).is_file():
            return
        for nrt, (kind, limit) in LIMITS.items():
            facts = [each for _, each in overview.of(Kind.DETECTION) if each.rule and "name" in each.names]
            rules = [each for each in facts if each.rule and each.rule.enabled and each.rule.nrt is nrt]
            if len(rules) > limit:
                message = f"there are {len(rules)} enabled {kind} rules; a workspace runs {limit}"
                hint = "Merge rules, disable some, or spread them over workspaces."
                yield self.at_place(rules[limit].names["name"], message, hint)
