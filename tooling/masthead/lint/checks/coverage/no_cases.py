from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from masthead.content.finding import Finding, Severity
from masthead.content.layout import SUFFIXES, Kind, cases_path
from masthead.lint.check import ProjectCheck
from masthead.lint.overview import Overview


class NoCases(ProjectCheck):
    """Content that nothing proves.

    A rule without cases has never been seen to fire, nor to stay silent. Its cases are in the file of the same name
    below `tests/`. Rules that lie outside `detections/` and `hunting/` have no such place and are passed over.

    **Anti-pattern**: `detections/rbac/cluster-admin-granted.yaml` alone.

    **Best practice**: with `tests/detections/rbac/cluster-admin-granted.yaml`, where one case fires and one does
    not.

    Source: the design of this project.
    """

    code = "MH701"
    slug = "no-cases"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        for file, facts in overview.of(Kind.DETECTION, Kind.HUNTING_QUERY, Kind.WORKBOOK):
            mirrored = cases_path(file.path)
            if mirrored is None:
                continue
            stem = PurePosixPath(mirrored).with_suffix("").as_posix()
            if not any(stem + suffix in overview.paths for suffix in SUFFIXES) and "name" in facts.names:
                message = "there are no cases for this content"
                yield self.at_place(facts.names["name"], message, f"Write {mirrored}, with a case that fires.")
