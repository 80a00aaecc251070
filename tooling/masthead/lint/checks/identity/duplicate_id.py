from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.identity._twins import twins
from masthead.lint.overview import Overview


class DuplicateId(ProjectCheck):
    """Two files with the same id.

    The id tells Sentinel which rule a file is. Two files with one id overwrite each other on every deployment, mostly
    because one began as a copy of the other.

    **Anti-pattern**: copying a rule and changing everything but its `id`.

    **Best practice**: a new GUID for a new file (`python -c "import uuid; print(uuid.uuid4())"`), and the same one for
    as long as the content lives, however it is renamed.

    Source: <https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide>
    """

    code = "MH101"
    slug = "duplicate-id"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for place, other in twins(overview, "id"):
            message = f"the id is also that of {other.path}"
            yield self.at_place(place, message, "Give the newer of the two a GUID of its own.")
