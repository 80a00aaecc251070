from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import ContentFile, Kind
from masthead.content.patterns import named
from masthead.content.workspaces import FIELDS
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import applies, said
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by

_TAKERS = {
    "enabled": "analytics and automation rules",
    "severity": "analytics rules",
    "trigger_threshold": "scheduled analytics rules",
    "rows": "watchlists",
}


class InapplicableOverride(ProjectCheck):
    """An override of what the content does not have.

    Rules can be disabled, and have a severity; scheduled ones have a threshold, which NRT rules do not; watchlists have
    rows. A pattern with `*` may name other content too, which is passed over, but not only such content.

    **Anti-pattern**: `watchlists/approved-registries: {severity: Low}`; `hunting/rbac/*: {enabled: false}`, for which
    there is `exclude`.

    **Best practice**: `watchlists/approved-registries: {rows: watchlists/overrides/approved-registries.staging.csv}`

    Source: the design of this project.
    """

    code = "MH872"
    slug = "inapplicable-override"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for override, field in said(overview):
            files = named_by(overview, override.pattern)
            if files and not any(applies(overview, file, field) for file in files):
                key = FIELDS[field]
                of_one = f"{named(files[0].path)} is {_called(overview, files[0])}, which has no {key}"
                of_all = f"none of the {len(files)} files that the pattern names has {key}"
                message = of_one if len(files) == 1 else of_all
                hint = f"{key} is for {_TAKERS[field]}."
                if field == "enabled":
                    hint += " Name what a workspace should not get under its exclude."
                yield self.in_document(override.document, message, (*override.at, key), key=True, hint=hint)


def _called(overview: Overview, file: ContentFile) -> str:
    """What a reader calls the content in the file."""
    if file.kind is Kind.DETECTION:
        rule = overview.rule(file)
        return "an NRT rule" if rule and rule.nrt else "a scheduled rule"
    words = file.kind.replace("-", " ")
    return f"an {words}" if words.startswith("a") else f"a {words}"
