"""What is noted about a file when it is read, for the checks that compare files; small, and plain enough to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from masthead.content.document import Document, ValuePath
from masthead.content.layout import Kind
from masthead.content.location import Span
from masthead.lint.subject import Subject

NAMES = {
    Kind.DETECTION: ("id", "name"),
    Kind.HUNTING_QUERY: ("id", "name"),
    Kind.WORKBOOK: ("id", "name"),
    Kind.FUNCTION: ("id", "name", "functionAlias"),
    Kind.WATCHLIST: ("id", "displayName", "watchlistAlias"),
    Kind.AUTOMATION_RULE: ("id", "displayName"),
}
"""The keys by which a file is known to others, and which no other file of its kind may share."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value and where it stands: the path of its file, its span and the text of its first line."""

    value: str
    path: str
    span: Span
    line: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a workspace may have otherwise of an analytics rule, as written: `operator` like gt, `threshold` in rows;
    both None for an NRT rule, which has neither. severity_column: the column that alerts take their severity from."""

    nrt: bool
    enabled: bool
    severity: str | None
    severity_column: str | None
    operator: str | None
    threshold: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What others need to know about one file.

    names: key → its value, for the keys in NAMES. recordings: what its cases play.
    functions, watchlists: what its KQL calls, and consults. rule: of an analytics rule.
    """

    names: dict[str, Place]
    recordings: tuple[Place, ...] = ()
    functions: tuple[str, ...] = ()
    watchlists: tuple[str, ...] = ()
    rule: Rule | None = None


def facts_of(subject: Subject, queries: Iterable[Subject] = ()) -> Facts:
    """The facts of a file, as far as it can be read. queries: of a workbook, which has more than one."""
    asking = (subject, *queries)
    document, data = subject.document, subject.document.data
    if not isinstance(data, dict):
        return Facts({})
    keys = NAMES.get(subject.file.kind, ())
    return Facts(
        names={key: _place(document, data[key], (key,)) for key in keys if isinstance(data.get(key), str)},
        recordings=tuple(_recordings(document)),
        functions=tuple(sorted({each.name for one in asking for each in one.functions})),
        watchlists=tuple(sorted({each.name for one in asking for each in one.watchlists})),
        rule=rule_in(data) if subject.file.kind is Kind.DETECTION else None,
    )


def rule_in(data: Any) -> Rule | None:
    """The facts of the analytics rule in `data`, as far as they are written in the right way; None for no mapping."""
    if not isinstance(data, dict):
        return None
    details, threshold = data.get("alertDetailsOverride"), data.get("triggerThreshold")
    return Rule(
        nrt=data.get("kind") == "NRT",
        enabled=data.get("enabled", True) is True,
        severity=_text(data.get("severity")),
        severity_column=_text(details.get("alertSeverityColumnName")) if isinstance(details, dict) else None,
        operator=_text(data.get("triggerOperator")),
        threshold=threshold if isinstance(threshold, int) else None,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _place(document: Document, value: str, path: ValuePath) -> Place:
    span = document.span(path)
    return Place(value, document.source.path, span, document.source.line(span.start.line))


def _recordings(document: Document) -> list[Place]:
    cases = document.data.get("cases")
    logs = [
        (("cases", index, "logs"), case.get("logs"))
        for index, case in enumerate(cases if isinstance(cases, list) else ())
        if isinstance(case, dict)
    ]
    logs += [((key,), document.data.get(key)) for key in ("silent_on", "also_fires_on")]
    return [
        _place(document, name, (*path, index))
        for path, names in logs
        for index, name in enumerate(names if isinstance(names, list) else ())
        if isinstance(name, str)
    ]
