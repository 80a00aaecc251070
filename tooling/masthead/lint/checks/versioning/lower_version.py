from __future__ import annotations

from collections.abc import Iterable

from masthead.content.document import Document
from masthead.content.finding import Finding, Severity
from masthead.lint.check import ChangeCheck
from masthead.lint.checks.versioning._version import version_of


class LowerVersion(ChangeCheck):
    """A version that went back.

    Whoever has the higher version takes the lower one for old and never updates. Runs with `--since REVISION`.

    **Anti-pattern**: from `version: 1.2.0` to `version: 1.1.0`, often the trace of a bad merge.

    **Best practice**: `version: 1.2.1`, also for taking a change back.

    Source: <https://semver.org/>
    """

    code = "MH802"
    slug = "lower-version"
    severity = Severity.ERROR

    def check(self, before: Document, now: Document) -> Iterable[Finding]:
        was, is_now = version_of(before), version_of(now)
        if was and is_now and is_now < was:
            message = f"the version went back from {before.data['version']} to {now.data['version']}"
            yield self.in_document(now, message, ("version",), hint="Versions only rise.")
