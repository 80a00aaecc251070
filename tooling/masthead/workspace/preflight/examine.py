"""The whole preflight of a workspace: tables, connectors, what gaps cost, and what closes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from masthead.content.catalog import LogSource
from masthead.content.layout import Kind
from masthead.content.model import Content
from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.preflight.columns import broken_by_columns, differing
from masthead.workspace.preflight.connectors import ConnectorState, connector_states, look_at_connectors
from masthead.workspace.preflight.costs import Cost, costs, is_late
from masthead.workspace.preflight.diagnostics import look_at_senders
from masthead.workspace.preflight.health import HEALTH, FailingRule, failing_rules
from masthead.workspace.preflight.reading import Piece, pieces_of
from masthead.workspace.preflight.remedies import Remedy, Surroundings, remedies
from masthead.workspace.preflight.states import TableState
from masthead.workspace.preflight.tables import look_at_tables
from masthead.workspace.preflight.verdicts import Expectation, Verdict, expectation, verdict_of
from masthead.workspace.session import Session


@dataclass(frozen=True, slots=True)
class TableReport:
    """A table that the content reads.

    sources: the slugs of the log sources that fill it for that content. broken: what the binder says of each piece that
    its columns break, by path.
    """

    state: TableState
    verdict: Verdict
    expected: Expectation
    sources: tuple[str, ...]
    cost: Cost
    broken: Mapping[str, str]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.state.name

    @property
    def is_gap(self) -> bool:
        """Whether something must be done: content pays for it, or nobody could look."""
        return self.verdict is Verdict.UNKNOWN or (self.verdict is not Verdict.OK and bool(self.cost))


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A log source of which the content reads tables; source: None for tables that none of the catalog fills.

    tables: what costs most first. remedies: what closes its gaps.
    """

    source: LogSource | None
    tables: tuple[TableReport, ...]
    connectors: tuple[ConnectorState, ...]
    remedies: tuple[Remedy, ...]

    @property
    def gaps(self) -> tuple[TableReport, ...]:
        """Its tables with which something must be done."""
        return tuple(table for table in self.tables if table.is_gap)


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found. sources: what costs most first. failing: rules that fail. unknown: what could not be looked at
    besides tables, in sentences. pieces: how much content was asked about."""

    workspace: Workspace
    at: datetime
    sources: tuple[SourceReport, ...]
    failing: tuple[FailingRule, ...]
    unknown: tuple[str, ...]
    pieces: int

    @property
    def gaps(self) -> tuple[TableReport, ...]:
        """All tables with which something must be done."""
        return tuple(gap for source in self.sources for gap in source.gaps)

    @property
    def is_well(self) -> bool:
        """Whether nothing must be done: no gap, and no rule of the project fails."""
        return not self.gaps and not any(rule.path for rule in self.failing)


def examine(project: Project, session: Session, contents: Sequence[Content]) -> Preflight:
    """Look at everything that `contents` need in the workspace.

    Raises WorkspaceError, ContentError, and LanguageError for a query that is too costly to bind.
    """
    now = datetime.now(UTC)
    catalog = {each.slug: each for each in project.log_sources.readable()}
    with pieces_of(project, contents) as pieces:
        filled_by = _filled_by(pieces)
        expected = {table: expectation(table, [catalog[slug] for slug in slugs]) for table, slugs in filled_by.items()}
        asked = {table: each.asked for table, each in expected.items()}
        states = look_at_tables(session, project, [*filled_by, HEALTH], {HEALTH: Expectation().asked} | asked)
        health = states[HEALTH]
        reports = _reports(project, pieces, {name: states[name] for name in filled_by}, expected, filled_by, now)
    failing, no_health = failing_rules(session, health, contents)
    installed = look_at_connectors(session)
    filled = {each.name for each in reports if each.state.rows}
    connectors = connector_states(catalog.values(), installed, filled)
    sources = _by_source(session, reports, catalog, connectors)
    unknown = tuple(dict.fromkeys(each for each in (installed.unknown, no_health) if each))
    return Preflight(session.workspace, now, sources, failing, unknown, len(pieces))


def _filled_by(pieces: Iterable[Piece]) -> dict[str, tuple[str, ...]]:
    """The log sources from which the content has each table."""
    found: dict[str, dict[str, None]] = {}
    for piece in pieces:
        for table in piece.tables:
            found.setdefault(table, {}).update(dict.fromkeys(piece.sources[table]))
    return {table: tuple(sorted(slugs)) for table, slugs in sorted(found.items())}


def _reports(
    project: Project,
    pieces: Sequence[Piece],
    states: Mapping[str, TableState],
    expected: Mapping[str, Expectation],
    filled_by: Mapping[str, tuple[str, ...]],
    now: datetime,
) -> list[TableReport]:
    read_by_rules = {table for piece in pieces if piece.kind is Kind.DETECTION for table in piece.tables}
    verdicts = {
        name: (verdict_of(state, expected[name], now, rules=name in read_by_rules), state)
        for name, state in states.items()
    }
    broken = broken_by_columns(project, pieces, states)
    paid = costs(verdicts, pieces, project.use_cases.values(), broken)
    found = []
    for name, (verdict, state) in verdicts.items():
        own = {path: said for (path, table), said in broken.items() if table == name}
        if verdict is Verdict.OK and differing(state) and own:
            verdict = Verdict.SCHEMA
        elif verdict is Verdict.OK and any(is_late(piece, state) for piece in paid[name].less):
            verdict = Verdict.LATE
        found.append(TableReport(state, verdict, expected[name], filled_by[name], paid[name], own))
    return found


def _by_source(
    session: Session,
    reports: Iterable[TableReport],
    catalog: Mapping[str, LogSource],
    connectors: Mapping[str, tuple[ConnectorState, ...]],
) -> tuple[SourceReport, ...]:
    """The tables under the log source that fills them; those of several under the first that has a gap to close."""
    by_slug: dict[str | None, list[TableReport]] = {}
    for report in reports:
        by_slug.setdefault(report.sources[0] if report.sources else None, []).append(report)
    found = []
    for slug, tables in by_slug.items():
        tables.sort(key=lambda each: (each.is_gap, each.cost.weight), reverse=True)
        source = catalog[slug] if slug else None
        own = connectors.get(slug or "", ())
        found.append(SourceReport(source, tuple(tables), own, tuple(_remedies(session, source, tables, own))))
    found.sort(key=lambda each: _weight(each.gaps), reverse=True)
    return tuple(found)


def _remedies(
    session: Session, source: LogSource | None, tables: Iterable[TableReport], connectors: Sequence[ConnectorState]
) -> list[Remedy]:
    gaps = {each.name: each.verdict for each in tables if each.is_gap}
    if not gaps:
        return []
    setting = source.diagnostic_setting if source else None
    concerned = setting is not None and any(table in setting.categories for table in gaps)
    senders = look_at_senders(session, setting) if setting is not None and concerned else None
    arrives = any(each.verdict is Verdict.OK for each in tables)
    return remedies(source, gaps, Surroundings(session.workspace, session.location, arrives, connectors, senders))


def _weight(gaps: Sequence[TableReport]) -> tuple[int, ...]:
    """By what they cost together: the risks, then who is lost, then who sees less."""
    risks = {risk for gap in gaps for risk in gap.cost.risks}
    lost = {piece.path for gap in gaps for piece in gap.cost.lost}
    less = {piece.path for gap in gaps for piece in gap.cost.less}
    return len(risks), len(lost), len(less), len(gaps)
