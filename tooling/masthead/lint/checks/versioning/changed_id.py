from __future__ import annotations

from collections.abc import Iterable

from masthead.content.document import Document
from masthead.content.finding import Finding, Severity
from masthead.lint.check import ChangeCheck


class ChangedId(ChangeCheck):
    """Content that became another.

    By its id Sentinel knows that a renamed rule is still the same. With a new id, a second rule is deployed beside the
    old one, and both raise alerts. Runs with `--since REVISION`.

    **Anti-pattern**: a new GUID in an old file.

    **Best practice**: the old id; or, if it really is another rule, another file.

    Source: <https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide>
    """

    code = "MH803"
    slug = "changed-id"
    severity = Severity.ERROR

    def check(self, before: Document, now: Document) -> Iterable[Finding]:
        was, is_now = before.data.get("id"), now.data.get("id")
        if was and is_now and was != is_now:
            yield self.in_document(now, f"the id changed; it was {was}", ("id",), hint=f"Write {was} again.")
