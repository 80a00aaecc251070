from __future__ import annotations

import re
from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.subject import Subject

_BRACES = re.compile(r"\{\{[A-Za-z_ ][\w ]*\}\}|(?P<broken>\{+\s*[A-Za-z_]\w*\s*\}+)")


class BrokenPlaceholder(FileCheck):
    """A placeholder that is shown as it is written.

    A placeholder is a column between two braces on each side. With one brace, or three, it is plain text.

    **Anti-pattern**: `alertDisplayNameFormat: "{Actor} opened a shell"`

    **Best practice**: `alertDisplayNameFormat: "{{Actor}} opened a shell"`

    Source: <https://learn.microsoft.com/azure/sentinel/customize-alert-details>
    """

    code = "MH504"
    slug = "broken-placeholder"
    severity = Severity.WARNING
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        override = subject.document.data.get("alertDetailsOverride") or {}
        for key in ("alertDisplayNameFormat", "alertDescriptionFormat"):
            for match in _BRACES.finditer(override.get(key) or ""):
                if match["broken"]:
                    path = ("alertDetailsOverride", key)
                    span = subject.document.span_in(path, match.start(), match.end())
                    column = match["broken"].strip("{} \t\n")
                    message = f"{match['broken']} is shown as it is written"
                    hint = "A placeholder is written {{" + column + "}}."
                    yield self.in_document(subject.document, message, span=span, hint=hint)
