"""What each gap costs: content that sees nothing, or less, without a table, and the risks that nothing covers then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from masthead.content.catalog import UseCase
from masthead.content.layout import Kind
from masthead.kql.needs import Lack, Need
from masthead.workspace.preflight.reading import Piece
from masthead.workspace.preflight.states import TableState
from masthead.workspace.preflight.verdicts import Verdict

_BLIND = (Verdict.MISSING, Verdict.EMPTY, Verdict.STALE)
_MENDABLE = (Verdict.WRONG_PLAN, Verdict.STALE)


@dataclass(slots=True)
class Cost:
    """Who pays for one table. lost: cannot run or see anything. less: sees less, or later. risks: without any other
    content in this workspace, as `use-case/risk`."""

    lost: list[Piece] = field(default_factory=list)
    less: list[Piece] = field(default_factory=list)
    risks: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.less)

    @property
    def weight(self) -> tuple[int, ...]:
        """What to sort by: risks first, then detections, then whatever somebody looks at."""
        alerts = [sum(piece.kind is Kind.DETECTION for piece in pieces) for pieces in (self.lost, self.less)]
        return (len(self.risks), *alerts, len(self.lost), len(self.less))


Verdicts = Mapping[str, tuple[Verdict, TableState]]
"""Of each table its verdict as such, and how it stands."""


def costs(
    verdicts: Verdicts, pieces: Iterable[Piece], use_cases: Iterable[UseCase], broken: Mapping[tuple[str, str], str]
) -> dict[str, Cost]:
    """What each table costs whose state is not what the content needs.

    broken: why the columns of a table break a piece, by the piece's path and the table's name.
    """
    found = {table: Cost() for table in verdicts}
    content = list(pieces)
    blamed: dict[str, set[str]] = {}
    for piece in content:
        lost, less = _lost(piece, verdicts)
        lost |= {table for table in piece.tables if (piece.path, table) in broken}
        for table in lost:
            found[table].lost.append(piece)
        for table in less - lost:
            found[table].less.append(piece)
        if lost:
            blamed[piece.path] = lost
    for use_case in use_cases:
        for risk in use_case.risks:
            own = [piece for piece in content if (use_case.slug, risk) in piece.content.risk_addresses]
            if own and all(piece.path in blamed for piece in own):
                # Where rules are lost, what they lack is to blame; a workbook also shows this and that.
                rules = [piece for piece in own if piece.kind is Kind.DETECTION] or own
                for table in sorted(set().union(*(blamed[piece.path] for piece in rules))):
                    found[table].risks.append(f"{use_case.slug}/{risk}")
    return found


def _lost(piece: Piece, verdicts: Verdicts) -> tuple[set[str], set[str]]:
    """The tables without which the piece is lost, and those without which it sees less."""
    unusable = {table for table in piece.tables if not _is_usable(piece, table, verdicts)}
    late = _late(piece, verdicts)
    if not unusable:
        return set(), late
    needs = piece.needs(unusable)
    lacks = [need.lacking(lambda table: table not in unusable) for need in needs]
    lacking = {table for each in lacks for lack in each for table in _to_blame(lack, verdicts)}
    # A workbook has many queries: it is lost only if none of them says anything.
    lost = lacking if lacks and all(lacks) else set()
    return lost & set(verdicts), lacking | late | _missed(piece, needs, unusable)


def _to_blame(lack: Lack, verdicts: Verdicts) -> Lack:
    """Of tables of which one would be enough, those that only have to be mended; all where each would be new."""
    near = tuple(table for table in lack if table in verdicts and verdicts[table][0] in _MENDABLE)
    return near or lack


def _is_usable(piece: Piece, table: str, verdicts: Verdicts) -> bool:
    verdict, _ = verdicts.get(table, (Verdict.OK, None))
    if verdict is Verdict.WRONG_PLAN:
        return piece.kind is not Kind.DETECTION
    return verdict not in _BLIND


def _missed(piece: Piece, needs: Iterable[Need], unusable: Collection[str]) -> set[str]:
    """Tables of fuzzy unions that say nothing while others do; not those for which another of the same log source
    stands in, as AKSAuditAdmin does for AKSAudit."""
    found = set()
    for need in needs:
        for table, others in need.missed(lambda table: table not in unusable):
            sources = set(piece.sources.get(table, ()))
            if not any(sources & set(piece.sources.get(other, ())) for other in others):
                found.add(table)
    return found


def _late(piece: Piece, verdicts: Verdicts) -> set[str]:
    return {table for table in piece.tables if table in verdicts and is_late(piece, verdicts[table][1])}


def is_late(piece: Piece, state: TableState) -> bool:
    """Whether rows of the table usually come later than a rule can see them."""
    return piece.slack is not None and state.delay is not None and state.delay > piece.slack
