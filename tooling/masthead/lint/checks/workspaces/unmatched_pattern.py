from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from masthead.content.document import ValuePath
from masthead.content.finding import Finding, Severity
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import workspaces
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by, pattern_hint


class UnmatchedPattern(ProjectCheck):
    """A pattern of a workspace that names no content.

    `include`, `exclude` and `overrides` name content by its path without the ending; `*` stands for any characters, `/`
    among them. One that names nothing does nothing: a rule that was meant to be off is on.

    **Anti-pattern**: `detections/rbac/cluster-admin-granted.yaml`, with its ending; or a rule's name.

    **Best practice**: `detections/rbac/cluster-admin-granted`, `detections/ci-cd/*`, `*/ci-cd/*`

    Source: the design of this project.
    """

    code = "MH871"
    slug = "unmatched-pattern"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        described = workspaces(overview)
        document = described[0].document if described else None
        if document is None:
            return
        for pattern, at in _patterns(document.data):
            if not named_by(overview, pattern):
                hint = pattern_hint(overview, pattern)
                yield self.in_document(document, f'"{pattern}" names no content', at, key=True, hint=hint)


def _patterns(data: dict[str, Any]) -> Iterator[tuple[str, ValuePath]]:
    """All the patterns of the file, those of groups that nobody belongs to as well, and where they stand."""
    for section in ("workspaces", "groups"):
        for name, part in (data.get(section) or {}).items():
            for key in ("include", "exclude"):
                for index, pattern in enumerate(part.get(key) or ()):
                    yield pattern, (section, name, key, index)
            for pattern in part.get("overrides") or ():
                yield pattern, (section, name, "overrides", pattern)
