"""Findings as JSON, for other programs."""

from __future__ import annotations

import json
from typing import Any

from masthead.content.finding import Finding, Severity
from masthead.lint.run import Result


def render_json(result: Result) -> str:
    """One object: `findings` in the order of paths and lines, and a `summary`. Lines and columns count from 1; an end
    column is that of the first character behind."""
    data = {
        "findings": [_finding(each) for each in result.findings],
        "summary": {
            "files": result.files,
            "cached": result.cached,
            "seconds": round(result.seconds, 3),
            **{severity.value: result.count(severity) for severity in Severity},
        },
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _finding(each: Finding) -> dict[str, Any]:
    span = each.span
    return {
        "path": each.path,
        "line": span.start.line if span else None,
        "column": span.start.column if span else None,
        "end_line": span.end.line if span else None,
        "end_column": span.end.column if span else None,
        "severity": each.severity.value,
        "code": each.code,
        "slug": each.slug,
        "message": each.message,
        "hint": each.hint,
    }
