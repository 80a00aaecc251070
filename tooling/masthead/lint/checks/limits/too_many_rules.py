from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.lint.check import ProjectCheck
from masthead.lint.overview import Overview

_LIMITS = {False: ("scheduled", 512), True: ("NRT", 50)}


class TooManyRules(ProjectCheck):
    """More enabled rules than a workspace takes.

    A workspace runs 512 scheduled and 50 NRT rules. Whether one workspace gets all of this project's rules, lint cannot
    know: hence a warning, on the first rule beyond the limit.

    **Anti-pattern**: one rule for each indicator.

    **Best practice**: one rule for many indicators, with a watchlist; `enabled: false` for what is not needed.

    Source: <https://learn.microsoft.com/azure/sentinel/sentinel-service-limits>
    """

    code = "MH209"
    slug = "too-many-rules"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        for nrt, (kind, limit) in _LIMITS.items():
            rules = [f for _, f in overview.of(Kind.DETECTION) if f.enabled and f.nrt is nrt and "name" in f.names]
            if len(rules) > limit:
                message = f"there are {len(rules)} enabled {kind} rules; a workspace runs {limit}"
                hint = "Merge rules, disable some, or spread them over workspaces."
                yield self.at_place(rules[limit].names["name"], message, hint)
