"""Examinations as plain data, to be kept in a file or sent to another process, and back."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from masthead.content.finding import Finding, Severity
from masthead.content.location import Position, Span
from masthead.lint.examine import Examination
from masthead.lint.facts import Facts, Place, Rule
from masthead.lint.suppressions import Suppression

Plain = list[Any]


def to_plain(examination: Examination) -> Plain:
    """The examination as JSON can hold it."""
    facts = examination.facts
    return [
        [_finding(each) for each in examination.findings],
        [
            {key: _place(place) for key, place in facts.names.items()},
            [_place(each) for each in facts.recordings],
            list(facts.functions),
            list(facts.watchlists),
            _rule(facts.rule),
        ],
        [[list(each.names), each.reason, each.whole_file, _place(each.place)] for each in examination.suppressions],
    ]


def from_plain(plain: Plain) -> Examination:
    """The inverse of `to_plain`. Raises ValueError, TypeError, AttributeError or KeyError for anything else."""
    findings, (names, recordings, functions, watchlists, rule), suppressions = plain
    return Examination(
        tuple(_finding_from(each) for each in findings),
        Facts(
            {key: _place_from(place) for key, place in names.items()},
            tuple(_place_from(each) for each in recordings),
            tuple(functions),
            tuple(watchlists),
            Rule(*rule) if rule else None,
        ),
        tuple(
            Suppression(tuple(names), reason, whole_file, _place_from(place))
            for names, reason, whole_file, place in suppressions
        ),
    )


def _rule(rule: Rule | None) -> Plain | None:
    return list(astuple(rule)) if rule else None


def _span(span: Span | None) -> Plain | None:
    return [span.start.line, span.start.column, span.end.line, span.end.column] if span else None


def _span_from(plain: Plain) -> Span:
    line, column, end_line, end_column = plain
    return Span(Position(line, column), Position(end_line, end_column))


def _finding(each: Finding) -> Plain:
    return [
        each.code, each.slug, each.severity, each.message, each.path, _span(each.span), each.hint, each.source_line
    ]  # fmt: skip


def _finding_from(plain: Plain) -> Finding:
    code, slug, severity, message, path, span, hint, line = plain
    return Finding(code, slug, Severity(severity), message, path, _span_from(span) if span else None, hint, line)


def _place(place: Place) -> Plain:
    return [place.value, place.path, _span(place.span), place.line]


def _place_from(plain: Plain) -> Place:
    value, path, span, line = plain
    return Place(value, path, _span_from(span), line)
