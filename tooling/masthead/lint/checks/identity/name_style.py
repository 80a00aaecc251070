from __future__ import annotations

import re
from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.content.workbooks import Workbook
from masthead.lint.check import QUERIES, WORKBOOKS, FileCheck
from masthead.lint.subject import Subject

_AIM = 50  # characters, the length that the style guide aims for


class NameStyle(FileCheck):
    """A name that reads badly in a list of alerts.

    The name becomes the title of alerts and incidents. It has no full stop at its end, no blanks around it or two in a
    row, and is not written in capitals. Lists show about 50 characters of it; at more than twice
    that many, this is said, as advice.

    **Anti-pattern**: `name: "PRIVILEGED POD CREATED. "`

    **Best practice**: `name: Privileged pod created outside the platform namespaces`

    Source: <https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide>
    """

    code = "MH104"
    slug = "name-style"
    severity = Severity.WARNING
    kinds = QUERIES | WORKBOOKS

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query | Workbook)
        name = subject.content.name
        if name != name.strip() or re.search(r"\s\s|[\r\n\t]", name):
            yield self.in_document(subject.document, "the name has blanks around it, or several in a row", ("name",))
        if name.rstrip().endswith(".") and not name.rstrip().endswith("..."):
            hint = "It is a title, not a sentence: leave the full stop out."
            yield self.in_document(subject.document, "the name ends with a full stop", ("name",), hint=hint)
        if name.isupper() and " " in name.strip():
            yield self.in_document(subject.document, "the name is written in capitals", ("name",))
        if len(name) > 2 * _AIM:
            message = f"the name has {len(name)} characters; lists of alerts show about {_AIM}"
            yield self.in_document(subject.document, message, ("name",), severity=Severity.INFO)
