"""A preflight as JSON, with everything that was found."""

from __future__ import annotations

import json
from typing import Any

from masthead.report.preflight_words import table_words
from masthead.workspace.preflight.examine import Preflight, SourceReport, TableReport


def render_json(found: Preflight) -> str:
    """One object.

    `sources` are the log sources, what costs most first, each with its `tables`: `verdict` is ok, missing, wrong plan,
    empty, stale, schema differs, late or unknown; `gap` whether something must be done; `lost` and `sees_less` hold the
    paths of content that pays. Lengths of time are in seconds, times in ISO 8601.
    """
    workspace = found.workspace
    data = {
        "workspace": {"name": workspace.name, "id": workspace.resource_id},
        "at": found.at.isoformat(),
        "well": found.is_well,
        "content": found.pieces,
        "sources": [_source(each, found) for each in found.sources],
        "failing_rules": [
            {
                "name": each.name,
                "path": each.path,
                "status": each.status,
                "reason": each.reason,
                "at": each.at.isoformat(),
            }
            for each in found.failing
        ],
        "unknown": list(found.unknown),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _source(source: SourceReport, found: Preflight) -> dict[str, Any]:
    return {
        "log_source": source.source.slug if source.source else None,
        "connectors": [
            {
                "id": each.connector.id,
                "title": each.connector.title,
                "status": each.connector.status,
                "solution": each.connector.solution.name if each.connector.solution else None,
                "installed": each.installed,
                "connected": each.connected,
            }
            for each in source.connectors
        ],
        "tables": [_table(each, found) for each in source.tables],
        "remedies": [{"do": each.do, "run": each.run} for each in source.remedies],
    }


def _table(table: TableReport, found: Preflight) -> dict[str, Any]:
    state, expected = table.state, table.expected
    return {
        "name": table.name,
        "verdict": table.verdict.value,
        "gap": table.is_gap,
        "why": table_words(table, found.at),
        "exists": state.exists,
        "function": state.function,
        "plan": state.plan,
        "rows": state.rows,
        "last_row": state.last_row.isoformat() if state.last_row else None,
        "looked_back": _seconds(state.looked_back),
        "expected_freshness": _seconds(expected.freshness),
        "delay": _seconds(state.delay),
        "expected_delay": _seconds(expected.delay),
        "missing_columns": list(state.missing_columns),
        "other_types": [
            {"column": each.column, "expected": each.expected, "found": each.found} for each in state.other_types
        ],
        "lost": [piece.path for piece in table.cost.lost],
        "sees_less": [piece.path for piece in table.cost.less],
        "broken_queries": dict(table.broken),
        "uncovered_risks": table.cost.risks,
    }


def _seconds(length: Any) -> float | None:
    return None if length is None else length.total_seconds()
