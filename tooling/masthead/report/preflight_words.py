"""What a preflight found, in the words that all reports of it share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from masthead.content.layout import Kind
from masthead.workspace.preflight.costs import Cost
from masthead.workspace.preflight.examine import Preflight, SourceReport, TableReport
from masthead.workspace.preflight.reading import Piece
from masthead.workspace.preflight.verdicts import Verdict

_NOUNS = {
    Kind.DETECTION: ("detection", "detections"),
    Kind.HUNTING_QUERY: ("hunting query", "hunting queries"),
    Kind.WORKBOOK: ("workbook", "workbooks"),
}


def heading(report: SourceReport) -> str:
    """What a source is called, with its slug."""
    return f"{report.source.title} ({report.source.slug})" if report.source else "Tables that no log source fills"


def table_words(table: TableReport, now: datetime) -> str:
    """Why a table has its verdict."""
    state = table.state
    match table.verdict:
        case Verdict.MISSING:
            return "the workspace has no such table"
        case Verdict.WRONG_PLAN:
            return f"on the {state.plan} plan, which scheduled rules cannot read"
        case Verdict.EMPTY:
            which = " that is this source's" if table.expected.rows else ""
            return f"no row{which} in {span(state.looked_back or timedelta())}"
        case Verdict.STALE:
            assert state.last_row is not None and table.expected.freshness is not None
            return f"last row {span(now - state.last_row)} ago, expected every {span(table.expected.freshness)}"
        case Verdict.SCHEMA:
            return schema_words(table)
        case Verdict.LATE:
            assert state.delay is not None
            usual = f", usually {span(table.expected.delay)}" if table.expected.delay is not None else ""
            return f"rows come up to {span(state.delay)} late{usual}: rules that look back less miss them"
        case Verdict.UNKNOWN:
            return state.unknown or "nobody could look"
    assert state.last_row is not None
    return f"{state.rows:,} rows in {span(state.looked_back or timedelta())}, the last {span(now - state.last_row)} ago"


def schema_words(table: TableReport) -> str:
    """How the columns differ from the catalog's."""
    missing = [f"no column {name}" for name in table.state.missing_columns]
    others = [f"{each.column} is {each.found} instead of {each.expected}" for each in table.state.other_types]
    return ", ".join([*missing, *others])


def cost_words(cost: Cost) -> list[str]:
    """What a gap, or the gaps of a source, cost: a sentence for those who are lost and one for those who see less."""
    lines = []
    if cost.lost:
        lines.append(f"lost: {counts(cost.lost)}")
    if cost.less:
        lines.append(f"sees less: {counts(cost.less)}")
    return lines


def together(tables: Iterable[TableReport]) -> Cost:
    """What gaps cost together."""
    gaps = [table for table in tables if table.is_gap]
    lost = list(dict.fromkeys(piece for gap in gaps for piece in gap.cost.lost))
    less = [piece for piece in dict.fromkeys(piece for gap in gaps for piece in gap.cost.less) if piece not in lost]
    return Cost(lost, less, sorted({risk for gap in gaps for risk in gap.cost.risks}))


def counts(pieces: Sequence[Piece]) -> str:
    """How many of which kind."""
    kinds = Counter(piece.kind for piece in pieces)
    parts = [f"{kinds[kind]} {nouns[kinds[kind] > 1]}" for kind, nouns in _NOUNS.items() if kinds[kind]]
    return listed(parts)


def by_use_case(pieces: Iterable[Piece]) -> Iterator[tuple[str, list[str]]]:
    """The names of content by its use case, detections first."""
    found: dict[str, list[str]] = {}
    order = list(_NOUNS)
    for piece in sorted(pieces, key=lambda each: (order.index(each.kind), each.path)):
        found.setdefault(piece.content.use_case or "elsewhere", []).append(piece.content.slug)
    yield from sorted(found.items())


def summary(found: Preflight) -> str:
    """The verdict in one sentence."""
    tables = [table for source in found.sources for table in source.tables]
    what = f"{_count(found.pieces, 'piece')} of content {'reads' if found.pieces == 1 else 'read'} "
    what += _count(len(tables), "table")
    failing = [_count(len(found.failing), "rule") + (" fails" if len(found.failing) == 1 else " fail")]
    parts = ["all that is needed is there and fresh"]
    if found.gaps:
        parts = [_count(len(found.gaps), "gap"), *cost_words(together(found.gaps))]
    return f"{'; '.join([what, *parts, *(failing if found.failing else [])])}."


def not_needed(found: Preflight) -> str | None:
    """Tables that are not as they should be, which costs nothing."""
    names = [
        table.name
        for source in found.sources
        for table in source.tables
        if table.verdict is not Verdict.OK and not table.is_gap
    ]
    if not names:
        return None
    return f"Not needed, since others stand in: {', '.join(sorted(names))}."


def span(length: timedelta) -> str:
    """A length of time in its largest unit: 3 days, 1 hour, 20 minutes."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return _count(round(seconds / size), unit)
    return _count(seconds, "second")


def listed(parts: Sequence[str]) -> str:
    """Parts with commas and an "and"."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"
