from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.layout import Kind
from masthead.content.watchlists import Watchlist, read_rows
from masthead.content.workspaces import Override
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import said
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by

_HINT = "Write its path from the root of the project, like watchlists/overrides/approved-registries.staging.csv."


class OverrideRows(ProjectCheck):
    """Rows for a watchlist of one workspace that do not fit the watchlist.

    The CSV file must be in the project, and have the columns of the watchlist's YAML file in its order: queries read
    them by name.

    **Anti-pattern**: `rows: approved-registries.production.csv`, which is not where the file lies.

    **Best practice**: `rows: watchlists/overrides/approved-registries.production.csv`, begun as a copy of
    `watchlists/approved-registries.csv`.

    Source: <https://learn.microsoft.com/azure/sentinel/watchlists-create>
    """

    code = "MH874"
    slug = "override-rows"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for override, field in said(overview):
            if field != "rows" or override.rows is None:
                continue
            for file in named_by(overview, override.pattern, {Kind.WATCHLIST}):
                try:
                    watchlist = overview.project.read(file)
                except ContentError:
                    continue  # the watchlist's columns are not known; that it cannot be used has been said
                assert isinstance(watchlist, Watchlist)
                try:
                    read_rows(override.rows, overview.root, [column.name for column in watchlist.columns])
                except ContentError as error:
                    yield from (self._told(each, override) for each in error.findings)

    def _told(self, found: Finding, override: Override) -> Finding:
        """What reading the file has found: at its line, or at the override when there is no line to show."""
        if found.span is None:
            message, at = f"{override.rows}: {found.message}", (*override.at, "rows")
            return self.in_document(override.document, message, at, hint=_HINT)
        place = (found.path, found.span, found.hint, found.source_line)
        return Finding(self.code, self.slug, self.severity, found.message, *place)
