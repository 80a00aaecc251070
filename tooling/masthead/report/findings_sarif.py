"""Findings as SARIF 2.1.0, which code scanning services and editors read.

<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from masthead import __version__
from masthead.content.finding import CODES, Finding, Severity
from masthead.lint.registry import all_checks
from masthead.lint.run import Result

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render_sarif(result: Result) -> str:
    """One run, with the description of every check and one result for each finding."""
    rules = _rules()
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "masthead", "semanticVersion": __version__, "rules": rules}},
        # Columns of SARIF count UTF-16 units unless told otherwise; ours count characters.
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The root of the project."}}},
        "results": [_result(each, index[each.code]) for each in result.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rules() -> list[dict[str, Any]]:
    rules = [_rule(each.code, each.slug, each.meaning, each.meaning, Severity.ERROR, None) for each in CODES.values()]
    for check in all_checks():
        rules.append(_rule(check.code, check.slug, check.title(), check.page(), check.severity, check.source()))
    return rules


def _rule(code: str, slug: str, title: str, page: str, severity: Severity, source: str | None) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": code,
        "name": "".join(part.capitalize() for part in slug.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": page.split("\n\n")[1].replace("\n", " ") if "\n\n" in page else page},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }
    return rule | {"helpUri": source} if source else rule


def _result(each: Finding, rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(each.path), "uriBaseId": "ROOT"}}
    if each.span:
        start, end = each.span.start, each.span.end
        place["region"] = {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    return {
        "ruleId": each.code,
        "ruleIndex": rule,
        "level": _LEVELS[each.severity],
        "message": {"text": f"{each.message}. {each.hint}" if each.hint else each.message},
        "locations": [{"physicalLocation": place}],
    }
