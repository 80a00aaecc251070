"""How well it is proven that a piece of content finds what it is for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from masthead.content.cases import Case, CaseFile
from masthead.content.project import Project


class Evidence(StrEnum):
    """What proves that content works, from the strongest proof to none.

    The kinds are those of the provenance of rows, `content.recording.ProvenanceKind`. *Untested* means that no case
    expects the content to find anything.
    """

    RECORDED = "recorded"
    VENDOR_SAMPLE = "vendor-sample"
    DERIVED = "derived"
    CONSTRUCTED = "constructed"
    UNTESTED = "untested"

    @property
    def strength(self) -> int:
        """4 for the strongest proof, 0 for none."""
        return _STRENGTH[self]


_STRENGTH = {each: rank for rank, each in enumerate(reversed(Evidence))}


def strongest(evidence: Iterable[Evidence]) -> Evidence | None:
    """The strongest of them; None when there are none."""
    return max(evidence, key=lambda each: each.strength, default=None)


def proof(project: Project, cases: CaseFile | None, tables: Iterable[str]) -> Evidence:
    """What `cases` prove about content that reads `tables`: the strongest of what each case proves.

    Only cases that expect an alert or a row prove anything. Raises ContentError for a recording that cannot be read.
    """
    wanted = frozenset(tables)
    found = (
        _proof_of(project, case, wanted) for case in (cases.cases if cases else ()) if _finds_something(case.expect)
    )
    return strongest(each for each in found if each) or Evidence.UNTESTED


def _proof_of(project: Project, case: Case, tables: frozenset[str]) -> Evidence | None:
    # Tables that the content does not read are bystanders. Of the others the weakest counts: the alert may rest on it.
    kinds = [
        Evidence(each.provenance.of(table))
        for each in project.recordings_of(case)
        for table in each.tables
        if table in tables
    ]
    weakest = min(kinds, key=lambda each: each.strength, default=None)
    # What a case rewrote in KQL nobody has recorded: from then on somebody constructed it.
    return Evidence.CONSTRUCTED if weakest and case.given else weakest


def _finds_something(expect: dict[str, Any]) -> bool:
    if any(expect.get(key) for key in ("alerts", "incidents", "rows", "count", "shown")):
        return True
    asked = (expect.get("queries") or {}).values()
    return any(each.get(key) for each in asked for key in ("rows", "includes", "count"))
