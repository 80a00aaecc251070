"""The sentences that every report on coverage for people shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from masthead.content.layout import Kind
from masthead.coverage.evidence import Evidence
from masthead.coverage.matrix import Cell, Coverage, Risk

MARKS = {
    Evidence.RECORDED: "●",
    Evidence.VENDOR_SAMPLE: "◕",
    Evidence.DERIVED: "◑",
    Evidence.CONSTRUCTED: "◔",
    Evidence.UNTESTED: "○",
}
BLIND = "–"

LEGEND = (
    f"proven by rows that were {MARKS[Evidence.RECORDED]} recorded, {MARKS[Evidence.VENDOR_SAMPLE]} published by the "
    f"vendor, {MARKS[Evidence.DERIVED]} derived from recorded objects, {MARKS[Evidence.CONSTRUCTED]} constructed; "
    f"{MARKS[Evidence.UNTESTED]} untested; {BLIND} blind\n"
    "3+1+1: three detections, one hunting query, one workbook"
)


def cell_text(cell: Cell) -> str:
    """A cell in a few characters: the mark of its evidence and how many pieces there are; empty when not expected."""
    if cell.evidence is None:
        return BLIND if cell.expected else ""
    counts = [len(cell.detections), len(cell.hunting), len(cell.workbooks)]
    while len(counts) > 1 and counts[-1] == 0:
        counts.pop()
    return f"{MARKS[cell.evidence]} {'+'.join(map(str, counts))}"


def summary(coverage: Coverage) -> str:
    """One sentence: how many risks are addressed, and by what."""
    addressed = len(coverage.risks) - len(coverage.unaddressed) - len(coverage.not_shown)
    kinds = Counter(piece.kind for piece in coverage.pieces)
    alone = f", {len(coverage.looked_for_only)} of them by no detection" if coverage.looked_for_only else ""
    shown = f", {_count(len(coverage.not_shown), 'risk')} that no log can show" if coverage.not_shown else ""
    return (
        f"{addressed} of {_count(len(coverage.risks), 'risk')} addressed{alone}{shown}: "
        f"{_count(kinds[Kind.DETECTION], 'detection')}, "
        f"{_count(kinds[Kind.HUNTING_QUERY], 'hunting query', 'hunting queries')}, "
        f"{_count(kinds[Kind.WORKBOOK], 'workbook')}."
    )


def evidence_sentence(coverage: Coverage) -> str:
    """One sentence: what proves the risks that are addressed."""
    proofs = [risk.evidence for risk in coverage.risks]
    parts = [f"{_PROOF[each]} {proofs.count(each)}" for each in Evidence if each in proofs]
    return f"Strongest proof for each: {', '.join(parts)}." if parts else ""


_PROOF = {
    Evidence.RECORDED: "recorded",
    Evidence.VENDOR_SAMPLE: "vendor sample",
    Evidence.DERIVED: "derived",
    Evidence.CONSTRUCTED: "constructed",
    Evidence.UNTESTED: "untested",
}


def lost_by_source(coverage: Coverage) -> Iterator[tuple[str, tuple[Risk, ...]]]:
    """Each log source that some risks rest on alone, with these risks; the source with the most first."""
    lost = [(source, coverage.lost_without(source)) for source in coverage.sources]
    yield from sorted(((source, risks) for source, risks in lost if risks), key=lambda each: -len(each[1]))


def unaddressed_by_use_case(coverage: Coverage) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each use case with risks that nothing addresses, with the slugs of these risks."""
    for use_case in coverage.use_cases:
        if slugs := tuple(risk.slug for risk in use_case.risks if risk in coverage.unaddressed):
            yield use_case.slug, slugs


def not_shown(coverage: Coverage) -> Iterator[tuple[str, str]]:
    """Each risk that no log can show, with the reason that the catalog gives."""
    return ((risk.address, " ".join((risk.not_shown or "").split())) for risk in coverage.not_shown)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
