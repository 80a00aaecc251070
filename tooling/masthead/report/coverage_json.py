"""Coverage as JSON, for other programs."""

from __future__ import annotations

import json
from typing import Any

from masthead.content.layout import Kind
from masthead.coverage.matrix import Cell, Coverage, Piece, Risk


def render_json(coverage: Coverage) -> str:
    """The whole of `coverage` as one JSON object; see `as_data`."""
    return json.dumps(as_data(coverage), indent=2, ensure_ascii=False) + "\n"


def as_data(coverage: Coverage) -> dict[str, Any]:
    """The whole of `coverage` as plain values.

    `use_cases` is the matrix; its cells hold the paths of content, which `content` describes. `log_sources` tells for
    each source what would be lost without it. Evidence is null where there is no content.
    """
    return {
        "summary": {
            "risks": len(coverage.risks),
            "addressed": len(coverage.risks) - len(coverage.unaddressed) - len(coverage.not_shown),
            "by_no_detection": len(coverage.looked_for_only),
            "not_shown": len(coverage.not_shown),
            "detections": sum(piece.kind is Kind.DETECTION for piece in coverage.pieces),
            "hunting_queries": sum(piece.kind is Kind.HUNTING_QUERY for piece in coverage.pieces),
            "workbooks": sum(piece.kind is Kind.WORKBOOK for piece in coverage.pieces),
        },
        "use_cases": [
            {
                "slug": use_case.slug,
                "title": use_case.title,
                "blind_log_sources": list(use_case.blind_sources),
                "risks": [_risk(risk) for risk in use_case.risks],
            }
            for use_case in coverage.use_cases
        ],
        "log_sources": [
            {"slug": source, "risks_lost_without_it": [risk.address for risk in coverage.lost_without(source)]}
            for source in coverage.sources
        ],
        "content": [_piece(piece) for piece in coverage.pieces],
        "risks_not_shown": {risk.address: risk.not_shown for risk in coverage.not_shown},
        "unaddressed_risks": [risk.address for risk in coverage.unaddressed],
        "content_without_risk": [piece.path for piece in coverage.unplaced],
        "problems": list(coverage.problems),
    }


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "slug": risk.slug,
        "description": risk.description,
        "evidence": risk.evidence,
        "cells": [_cell(cell) for cell in risk.cells if cell.pieces or cell.expected],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "log_source": cell.source,
        "expected": cell.expected,
        "evidence": cell.evidence,
        "detections": [piece.path for piece in cell.detections],
        "hunting_queries": [piece.path for piece in cell.hunting],
        "workbooks": [piece.path for piece in cell.workbooks],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "path": piece.path,
        "kind": piece.kind,
        "name": piece.name,
        "evidence": piece.evidence,
        "risks": [f"{use_case}/{risk}" for use_case, risk in piece.risks],
        "log_sources": {source or "": evidence for source, evidence in piece.sources.items()},
        "tables": list(piece.tables),
        "tactics": list(piece.tactics),
        "techniques": list(piece.techniques),
    }
