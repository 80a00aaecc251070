from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.lint.check import ProjectCheck
from masthead.lint.overview import Overview


class Unused(ProjectCheck):
    """A function, watchlist or recording that nothing uses.

    Said only when the whole project is looked at.

    **Anti-pattern**: a watchlist whose last query was removed a year ago, still edited by hand each month.

    **Best practice**: remove it, or write the content it was meant for.

    Source: the design of this project.
    """

    code = "MH708"
    slug = "unused"
    severity = Severity.INFO

    def check(self, overview: Overview) -> Iterable[Finding]:
        if not overview.whole:
            return
        every = overview.facts.values()
        functions = {name for facts in every for name in facts.functions}
        watchlists = {name.lower() for facts in every for name in facts.watchlists}
        recordings = {place.value for facts in every for place in facts.recordings}
        for file, facts in overview.facts.items():
            alias = facts.names.get("functionAlias") or facts.names.get("watchlistAlias")
            if file.kind is Kind.FUNCTION and alias and alias.value not in functions:
                yield self.at_place(alias, f"no query calls {alias.value}")
            elif file.kind is Kind.WATCHLIST and alias and alias.value.lower() not in watchlists:
                yield self.at_place(alias, f"no query consults {alias.value}")
            elif file.kind is Kind.RECORDING and file.slug not in recordings:
                message = f"no case plays {file.slug}"
                yield Finding(self.code, self.slug, self.severity, message, file.path)
