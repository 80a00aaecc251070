"""Lint: examines files, compares them with each other and with a revision, applies suppressions and settings."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from masthead.content.catalog_check import check_catalog
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.layout import ContentFile
from masthead.content.location import Position
from masthead.content.project import Project
from masthead.kql.binding import Binding
from masthead.lint.cache import Cache
from masthead.lint.check import ChangeCheck, Check, ProjectCheck, SuppressionCheck
from masthead.lint.digest import CATALOG, context_digest, file_digest
from masthead.lint.examine import Examination
from masthead.lint.facts import Facts
from masthead.lint.overview import Overview
from masthead.lint.registry import checks_of, known_codes
from masthead.lint.revision import Revision, changes
from masthead.lint.settings import Settings
from masthead.lint.suppressions import Suppression, apply, usage
from masthead.lint.workers import examine_all

_CATALOG_ENTRY = "catalog"  # no content file is called so: all have an ending


@dataclass(frozen=True, slots=True)
class Result:
    """What lint found, in the order of paths and lines; how many files it looked at, and how long that took (s)."""

    findings: tuple[Finding, ...]
    files: int
    seconds: float
    cached: int = 0

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(each.severity is severity for each in self.findings)

    def failed(self, *, strict: bool = False) -> bool:
        """Whether there are errors, or, when strict, warnings."""
        return self.count(Severity.ERROR) > 0 or (strict and self.count(Severity.WARNING) > 0)


def lint(
    project: Project,
    files: Sequence[ContentFile],
    settings: Settings,
    *,
    since: Revision | None = None,
    use_cache: bool = True,
    jobs: int | None = None,
) -> Result:
    """Look at `files` of the project. `since`: also compare them with that revision."""
    started = time.perf_counter()
    binding = Binding(project)
    examined, cached = _examinations(binding, files, use_cache, jobs)
    overview = Overview(project, {file: each.facts for file, each in examined.items()})
    found = [
        *(finding for each in examined.values() for finding in each.findings),
        *(finding for check in checks_of(ProjectCheck) for finding in check.check(overview)),
        *(_change_findings(project, since, frozenset(examined)) if since else ()),
    ]
    suppressions = [each for examination in examined.values() for each in examination.suppressions]
    left = _suppressed(settings.weigh(found), suppressions, settings, _ran(settings, overview, since))
    return Result(tuple(sorted(set(left), key=_order)), len(files), time.perf_counter() - started, cached)


def _examinations(
    binding: Binding, files: Sequence[ContentFile], use_cache: bool, jobs: int | None
) -> tuple[dict[ContentFile, Examination], int]:
    """What the first stage says about each file, and how much of it was known from last time."""
    project = binding.project
    cache = Cache(project.root, context_digest(project)) if use_cache else None
    digests = {file: file_digest(project.root, file) if cache else None for file in files}
    known = {file: cache.get(file.path, digests[file]) if cache else None for file in files}
    new = [file for file, examination in known.items() if examination is None]
    known |= dict(zip(new, examine_all(new, binding, jobs), strict=True))
    if cache:
        for file in new:
            cache.put(file.path, digests[file], known[file])
    examined = {file: each for file, each in known.items() if each}
    if any(file.kind in CATALOG for file in files):
        examined = _with_catalog(project, cache, examined)
    if cache:
        cache.save(frozenset(file.path for file in (*project.files, *files)) | {_CATALOG_ENTRY})
    return examined, len(files) - len(new)


def _with_catalog(
    project: Project, cache: Cache | None, examined: dict[ContentFile, Examination]
) -> dict[ContentFile, Examination]:
    """The examinations of the catalog's files with what there is to say about how they fit together."""
    whole = cache.get(_CATALOG_ENTRY, _CATALOG_ENTRY) if cache else None
    if whole is None:
        whole = Examination(tuple(check_catalog(project)), Facts({}), ())
        if cache:
            cache.put(_CATALOG_ENTRY, _CATALOG_ENTRY, whole)
    by_path: dict[str, list[Finding]] = {}
    for each in whole.findings:
        by_path.setdefault(each.path, []).append(each)
    return {
        file: Examination((*each.findings, *by_path.get(file.path, ())), each.facts, each.suppressions)
        for file, each in examined.items()
    }


def _change_findings(project: Project, since: Revision, files: frozenset[ContentFile]) -> Iterator[Finding]:
    for file, before in changes(since, files):
        try:
            now = project.document(file)
        except ContentError:
            continue  # that it cannot be read has been said
        for check in checks_of(ChangeCheck):
            if file.kind in check.kinds and isinstance(before.data, dict) and isinstance(now.data, dict):
                yield from check.check(before, now)


def _suppressed(
    found: Iterable[Finding], suppressions: Sequence[Suppression], settings: Settings, ran: frozenset[str]
) -> Iterator[Finding]:
    """What suppressions leave, and what there is to say about the suppressions."""
    applied = apply(found, suppressions)
    yield from applied.findings
    usages = [usage(each, used, known_codes(), ran) for each, used in applied.used.items()]
    about = [finding for each in usages for check in checks_of(SuppressionCheck) for finding in check.check(each)]
    yield from settings.weigh(about)


def _ran(settings: Settings, overview: Overview, since: Revision | None) -> frozenset[str]:
    """The codes of the checks that have looked at all they want to see."""
    idle: list[Check] = list(checks_of(SuppressionCheck))
    idle += [] if overview.whole else checks_of(ProjectCheck)
    idle += [] if since else checks_of(ChangeCheck)
    return settings.codes - {each.code for each in idle}


def _order(finding: Finding) -> tuple[str, Position, str, str]:
    return finding.path, finding.span.start if finding.span else Position(0, 0), finding.code, finding.message
