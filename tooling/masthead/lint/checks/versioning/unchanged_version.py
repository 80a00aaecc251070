from __future__ import annotations

from collections.abc import Iterable

from masthead.content.document import Document
from masthead.content.finding import Finding, Severity
from masthead.lint.check import ChangeCheck
from masthead.lint.checks.versioning._version import version_of


class UnchangedVersion(ChangeCheck):
    """Content that was changed and kept its version.

    The version tells whoever deployed the content that there is something new. Runs with `--since REVISION`; a change
    of comments or layout alone needs no new version.

    **Anti-pattern**: a new threshold under `version: 1.0.0`, as before.

    **Best practice**: `version: 1.0.1`

    Source: <https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide>
    """

    code = "MH801"
    slug = "unchanged-version"
    severity = Severity.ERROR

    def check(self, before: Document, now: Document) -> Iterable[Finding]:
        version = version_of(now)
        if version is None or version != version_of(before):
            return
        changed = [key for key in (*now.data, *before.data) if now.data.get(key) != before.data.get(key)]
        if changed:
            keys = ", ".join(dict.fromkeys(str(key) for key in changed))
            following = ".".join(str(part) for part in (*version[:-1], version[-1] + 1))
            hint = f"Write {following}, or raise an earlier number for a larger change."
            yield self.in_document(now, f"{keys} changed, but the version did not", ("version",), hint=hint)
