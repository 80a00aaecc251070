from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.identity._twins import twins
from masthead.lint.overview import Overview


class DuplicateAlias(ProjectCheck):
    """An alias that queries cannot tell apart.

    Queries call a function and consult a watchlist by alias. When two functions, or two watchlists, share one, or a
    function is called like a table, what a query reads depends on what was deployed last.

    **Anti-pattern**: a function with `functionAlias: SigninLogs`, which hides the table.

    **Best practice**: an alias of its own, such as `SuccessfulSignins`.

    Source: <https://learn.microsoft.com/azure/azure-monitor/logs/functions>
    """

    code = "MH103"
    slug = "duplicate-alias"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for kind, key in ((Kind.FUNCTION, "functionAlias"), (Kind.WATCHLIST, "watchlistAlias")):
            for place, other in twins(overview, key, kind):
                message = f'the alias "{place.value}" is also that of {other.path}'
                yield self.at_place(place, message, "Rename one of the two, and the queries that use it.")
        for _, facts in overview.of(Kind.FUNCTION):
            alias = facts.names.get("functionAlias")
            if alias and alias.value in overview.project.table_names:
                message = f'the alias "{alias.value}" is also the name of a table'
                yield self.at_place(alias, message, "Queries could no longer read the table: rename the function.")
