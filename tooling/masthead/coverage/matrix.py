"""The matrix: use case × log source, by risk.

A *cell* is where a risk meets a log source. It is *expected* where the catalog names the source as one that the use
case rests on; an expected cell without content is *blind*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from masthead.content.catalog import UseCase
from masthead.content.layout import Kind
from masthead.coverage.evidence import Evidence, strongest


@dataclass(frozen=True, slots=True)
class Piece:
    """A detection, hunting query or workbook, and what it covers.

    `risks` are (slug of the use case, slug of the risk). `evidence` says what proves it, and `sources` what proves it
    on the rows of each log source (None for tables that no log source of the catalog fills).
    """

    path: str
    kind: Kind
    name: str
    risks: tuple[tuple[str | None, str], ...]
    evidence: Evidence
    sources: dict[str | None, Evidence]
    tables: tuple[str, ...]
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]

    @property
    def alerts(self) -> bool:
        """Whether it raises alerts by itself; all else waits for somebody who looks."""
        return self.kind is Kind.DETECTION


@dataclass(frozen=True, slots=True)
class Cell:
    """What addresses a risk with a log source; `evidence` is the strongest of its pieces, None without any."""

    source: str
    expected: bool
    pieces: tuple[Piece, ...]

    @property
    def evidence(self) -> Evidence | None:
        """The strongest proof on the rows of this source."""
        return strongest(piece.sources[self.source] for piece in self.pieces)

    @property
    def detections(self) -> tuple[Piece, ...]:
        """The pieces that raise alerts."""
        return tuple(piece for piece in self.pieces if piece.alerts)

    @property
    def hunting(self) -> tuple[Piece, ...]:
        """The queries that an analyst runs."""
        return tuple(piece for piece in self.pieces if piece.kind is Kind.HUNTING_QUERY)

    @property
    def workbooks(self) -> tuple[Piece, ...]:
        """The workbooks that show it."""
        return tuple(piece for piece in self.pieces if piece.kind is Kind.WORKBOOK)


@dataclass(frozen=True)
class Risk:
    """A risk of a use case, and everything that addresses it. not_shown: why no log can show it, and what would."""

    use_case: str
    slug: str
    description: str
    pieces: tuple[Piece, ...]
    cells: tuple[Cell, ...]
    not_shown: str | None = None

    @property
    def evidence(self) -> Evidence | None:
        """The strongest proof of all its pieces; None when nothing addresses it."""
        return strongest(piece.evidence for piece in self.pieces)

    @property
    def address(self) -> str:
        """Its name across use cases, `use-case/risk`."""
        return f"{self.use_case}/{self.slug}"


@dataclass(frozen=True)
class UseCaseCoverage:
    """A use case with its risks; `expected_sources` are the log sources that the catalog says it rests on."""

    slug: str
    title: str
    expected_sources: tuple[str, ...]
    risks: tuple[Risk, ...]

    @property
    def blind_sources(self) -> tuple[str, ...]:
        """The log sources it should rest on, that nothing addressing its risks reads."""
        read = {source for risk in self.risks for piece in risk.pieces for source in piece.sources}
        return tuple(source for source in self.expected_sources if source not in read)


@dataclass(frozen=True)
class Coverage:
    """What a project covers.

    `sources` are the log sources to show, in a stable order: those that a use case rests on, then others that content
    reads. `unplaced` is content that addresses no risk of the catalog. `problems` say, one line each, what could not
    be counted and why.
    """

    use_cases: tuple[UseCaseCoverage, ...]
    sources: tuple[str, ...]
    pieces: tuple[Piece, ...]
    problems: tuple[str, ...] = ()

    @cached_property
    def risks(self) -> tuple[Risk, ...]:
        """All the risks, in the catalog's order."""
        return tuple(risk for use_case in self.use_cases for risk in use_case.risks)

    @property
    def unaddressed(self) -> tuple[Risk, ...]:
        """The risks that nothing addresses, though a log could show them."""
        return tuple(risk for risk in self.risks if not risk.pieces and not risk.not_shown)

    @property
    def not_shown(self) -> tuple[Risk, ...]:
        """The risks of which the catalog says that no log can show them, and that nothing addresses."""
        return tuple(risk for risk in self.risks if not risk.pieces and risk.not_shown)

    @property
    def looked_for_only(self) -> tuple[Risk, ...]:
        """The risks that no detection addresses: nobody is told unless somebody looks."""
        return tuple(risk for risk in self.risks if risk.pieces and not any(piece.alerts for piece in risk.pieces))

    @property
    def unplaced(self) -> tuple[Piece, ...]:
        """The content that addresses no risk of the catalog."""
        placed = {piece.path for risk in self.risks for piece in risk.pieces}
        return tuple(piece for piece in self.pieces if piece.path not in placed)

    def lost_without(self, source: str) -> tuple[Risk, ...]:
        """The risks that nothing would address any more if the log source `source` stopped.

        Content that reads several sources counts as lost with any of them: only its author knows whether it would
        still find anything.
        """
        return tuple(risk for risk in self.risks if risk.pieces and all(source in each.sources for each in risk.pieces))


def build_matrix(use_cases: Iterable[UseCase], pieces: Iterable[Piece], problems: Iterable[str] = ()) -> Coverage:
    """The coverage of `use_cases` by `pieces`."""
    cases, content = tuple(use_cases), tuple(pieces)
    sources = tuple(dict.fromkeys([*_named_by(cases), *_read_by(content)]))
    by_risk: dict[tuple[str | None, str], list[Piece]] = {}
    for piece in content:
        for risk in dict.fromkeys(piece.risks):
            by_risk.setdefault(risk, []).append(piece)
    covered = (_cover(use_case, by_risk, sources) for use_case in cases)
    return Coverage(tuple(covered), sources, content, tuple(problems))


def _cover(
    use_case: UseCase, by_risk: dict[tuple[str | None, str], list[Piece]], sources: tuple[str, ...]
) -> UseCaseCoverage:
    risks = []
    own = (*use_case.log_sources, *use_case.also_useful)
    for slug, description in use_case.risks.items():
        pieces = tuple(by_risk.get((use_case.slug, slug), ()))
        cells = tuple(
            Cell(source, source in use_case.log_sources, tuple(each for each in pieces if _counts(each, source, own)))
            for source in sources
        )
        risks.append(Risk(use_case.slug, slug, description, pieces, cells, use_case.not_shown.get(slug)))
    return UseCaseCoverage(use_case.slug, use_case.title, use_case.log_sources, tuple(risks))


def _counts(piece: Piece, source: str, own: tuple[str, ...]) -> bool:
    """Whether a piece addresses its risks with a log source. A workbook also lists what other sources have to say, such
    as the alerts of detections: it counts for those that the use case rests on."""
    return source in piece.sources and (piece.kind is not Kind.WORKBOOK or source in own)


def _named_by(use_cases: tuple[UseCase, ...]) -> Iterator[str]:
    return (source for use_case in use_cases for source in use_case.log_sources)


def _read_by(pieces: tuple[Piece, ...]) -> list[str]:
    return sorted({source for piece in pieces for source in piece.sources if source})
