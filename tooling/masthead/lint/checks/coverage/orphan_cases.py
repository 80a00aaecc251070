from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from masthead.content.finding import Finding, Severity
from masthead.content.layout import CASES, NOTEBOOK_SUFFIXES, SUFFIXES, content_path
from masthead.content.schema import closest
from masthead.lint.check import ProjectCheck
from masthead.lint.overview import Overview


class OrphanCases(ProjectCheck):
    """Cases for content that does not exist.

    Cases belong to the file at the mirrored path. When that was renamed or removed, they prove nothing any more.

    **Anti-pattern**: renaming `detections/rbac/admin.yaml` and leaving `tests/detections/rbac/admin.yaml` behind.

    **Best practice**: move both.

    Source: the design of this project.
    """

    code = "MH702"
    slug = "orphan-cases"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        for file, _ in overview.of(*CASES):
            wanted = content_path(file.path) or ""
            stem = PurePosixPath(wanted).with_suffix("").as_posix()
            if not any(stem + suffix in overview.paths for suffix in (*SUFFIXES, *NOTEBOOK_SUFFIXES)):
                content = [path for path in overview.paths if path.startswith(wanted.split("/")[0] + "/")]
                near = closest(wanted, content)
                hint = f"Is it now {near}? Then move the cases too." if near else "Move the cases, or remove them."
                message = f"these are cases for {wanted}, which does not exist"
                yield Finding(self.code, self.slug, self.severity, message, file.path, None, hint)
