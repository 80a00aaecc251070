from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import KqlCheck
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class UnknownWatchlist(KqlCheck):
    """A watchlist that the project does not have.

    `_GetWatchlist` of an alias that does not exist returns no rows and no error: a list of what is allowed allows
    nothing, a list of what is forbidden forbids nothing.

    **Anti-pattern**: `_GetWatchlist("ApprovedRegistry")` when the alias is `ApprovedRegistries`.

    **Best practice**: a file in `watchlists/` for each list that a query consults.

    Source: <https://learn.microsoft.com/azure/sentinel/watchlists-queries>
    """

    code = "MH409"
    slug = "unknown-watchlist"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        known = {alias.lower() for alias in subject.binding.watchlists}
        for each in subject.watchlists:
            if each.name.lower() not in known:
                message = f'there is no watchlist "{each.name}"'
                hint = spelt_alike(each.name, subject.binding.watchlists) or "Add it to watchlists/."
                yield self.in_document(
                    subject.document, message, span=subject.in_query(each.start, each.end), hint=hint
                )
